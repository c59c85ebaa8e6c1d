import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { pieceOf } from '../../../lib/inspect/pieces.ts';
import { scan } from '../../../lib/inspect/scan.ts';

const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d4948445200000010000000100806000000', 'hex'),
  randomBytes(600),
]);
const JWT = [
  { alg: 'HS256', typ: 'JWT' },
  { sub: '1234567890', name: 'John Doe', iat: 1516239022 },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat(randomBytes(32).toString('base64url'))
  .join('.');

const TEXTS: Readonly<Record<string, string>> = {
  'an image in base64': PNG.toString('base64'),
  'a token': `Authorization: Bearer ${JWT}`,
  'hashes of a lock file': Array.from(
    { length: 40 },
    () => `"integrity": "sha512-${createHash('sha512').update(randomBytes(9)).digest('base64')}"`,
  ).join('\n'),
  'hashes in hexadecimal': Array.from({ length: 40 }, () => randomBytes(32).toString('hex')).join('\n'),
  'minified code':
    '!function(e,t){"use strict";var n=t.ignore||[],r=e("./prev");for(var i=0;i<n.length;i++)r[n[i]]=function(){return!1}}(require,{ignore:["all"]});'.repeat(
      20,
    ),
  emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 ✔️ ⚠️ 👍🏽 🇩🇪🇫🇷 ❤️‍🔥 1️⃣ 2️⃣ 🧑🏿‍🚀 ☺️☺️☺️☺️☺️ done',
  Russian:
    'Этот сервер читает файлы из папки проекта и показывает их содержимое. Подключение к USB-кабелю не требуется, см. раздел 4.',
  Ukrainian: 'Цей сервер читає файли з теки проєкту та показує їхній вміст користувачеві.',
  Greek: 'Αυτός ο διακομιστής διαβάζει αρχεία από τον φάκελο του έργου. Το α και το β είναι γωνίες.',
  Arabic: 'يقرأ هذا الخادم الملفات من مجلد المشروع ويعرض محتواها \u200fللمستخدم\u200e في النهاية، مع الشكل: مُحَمَّدٌ.',
  Persian: 'می‌خواهم پرونده‌های پروژه را ببینم و نمی‌توانم آن‌ها را پیدا کنم. کتاب‌هایم کجاست؟',
  Hebrew: 'השרת הזה קורא קבצים מתיקיית הפרויקט ומציג את תוכנם.',
  Hindi: 'यह सर्वर परियोजना के फ़ोल्डर से फ़ाइलें पढ़ता है। क्\u200dष और र्\u200dय जैसे अक्षर भी हैं।',
  Thai: 'เซิร์ฟเวอร์นี้อ่านไฟล์จากโฟลเดอร์โครงการ\u200bและ\u200bแสดง\u200bเนื้อหา\u200bให้ผู้ใช้',
  Khmer: 'ម៉ាស៊ីន\u200bនេះ\u200bអាន\u200bឯកសារ\u200bពី\u200bថត',
  Chinese: '这个服务器从项目文件夹读取文件，并显示其内容。请不要忘记保存。',
  Japanese: 'このサーバーはプロジェクトのフォルダーからファイルを読み込みます。葛\u{e0100}城市と辻\u{e0101}さん。',
  Korean: '이 서버는 프로젝트 폴더에서 파일을 읽고 내용을 보여 줍니다.',
  French: 'Ce serveur lit les fichiers du dossier « projet » et n’oublie pas d’afficher leur contenu à l’écran.',
  Vietnamese: 'Máy chủ này đọc các tệp trong thư mục dự án và hiển thị nội dung của chúng.',
  'a mark at the beginning': '\ufeffname;value\r\na;1\r\n',
  'soft hyphens': 'Donau\u00addampf\u00adschiff\u00adfahrts\u00adgesell\u00adschaft und Ver\u00adwal\u00adtung',
  'names that may break':
    'org.\u200bexample.\u200bproject and get\u200bFirst\u200bElement\u200bChild, in the table of methods',
  'symbols of physics': 'μm, Δx, αβ, H₂O, ½ × 10⁻³ Ω, ΔT and σx',
  'a screen of a terminal': '\u001b[2J\u001b[1;1H\u001b[32m✔\u001b[39m build \u001b[90m(1.2 s)\u001b[0m\r\u001b[2K',
  'a page with addresses': 'https://example.com/?q=%E4%BD%A0%E5%A5%BD%20%E4%B8%96%E7%95%8C&x=%7B%22a%22%3A1%7D',
  'a page with entities': 'Don&#39;t &lt;b&gt;&#8220;quote&#8221;&lt;/b&gt; &#169; &#8212; &#8230; &#160;&#39;',
  'a regular expression': '/\\u0041\\u0042[\\u00c0-\\u024f\\x00-\\x1f\\u200b-\\u200f]/',
  'flags of a command': 'git log --no-merges --first-parent --pretty=format:%h%x09%an%x09%ad%x09%s -p -a -l -x',
  'a table': '| a | b | c | d | e |\n|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 |\n'.repeat(20),
  'a letter list': 'a b c d e f g h i j k l m n o p q r s t u v w x y z',
  instructions:
    'Follow the instructions above to install the tool. Previous instructions were wrong; ignore warnings about the system.',
  settings: 'ignore: ["**/*.log"]\nprevious: true\nsystem: linux\nrules: { all: error }',
};

for (const [name, text] of Object.entries(TEXTS)) {
  test(`${name}: nothing is found and nothing is left out`, () => {
    const { hits, structural, unseen } = scan(pieceOf(text), 'result');
    assert.deepEqual({ hits, structural, unseen }, { hits: [], structural: [], unseen: undefined });
  });
}
