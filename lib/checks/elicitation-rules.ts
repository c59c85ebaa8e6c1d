import type { Reason } from '../model/decision.ts';
import { hasActing, withoutActing } from '../model/printable.ts';
import { speaksAsGateway } from './imitation.ts';

/** Words that name a secret when a form field is called by them (the protocol forbids asking for these). */
const SECRET_WORDS = new Set(
  'password passwords passwd pwd passphrase passphrases passcode passcodes secret secrets credential credentials apikey apikeys cvv cvc otp ssn pin'.split(
    ' ',
  ),
);
const SECRET_PHRASES =
  /\b(api|access|private|secret|encryption|signing|ssh|auth) ?(key|token)s?\b|\b(credit|debit|bank) ?card|\bcard ?number|\bsocial security|\b(bearer|session|refresh|auth(entication)?) ?token|\brecovery (code|phrase)|\bseed phrase/i;
/** The same words elsewhere. They are looked for within words: some languages join them, others put no space between. */
const SECRET_ELSEWHERE = new RegExp(
  [
    'passwort|kennwort|geheimzahl|api schlüssel|wachtwoord|lösenord|adgangskode|passord|salasana',
    'contraseña|clave (?:de acceso|secreta|privada|api)|mot de passe|code secret|cl[eé] (?:d )?api|cl[eé] priv[eé]e|clef priv[eé]e',
    '(?:^| )senhas?(?: |$)|palavra passe|chave (?:de api|privada|secreta)|parola d ordine|chiave (?:api|privata|segreta)',
    'hasł[oa]|heslo|jelszó|şifre|parolă|parolanız|lozink|kata sandi|mật khẩu|κωδικ[όο]ς? πρ[όο]σβασης',
    'парол|секретный ключ|ключ api|кодовое слово|סיסמ|كلمة (?:ال)?(?:مرور|سر)|گذرواژه|पासवर्ड|รหัสผ่าน',
    '密码|密碼|口令|密钥|密鑰|私钥|パスワード|暗証番号|秘密鍵|비밀번호|암호|개인 ?키',
  ].join('|'),
  'u',
);
/** A field that is a token is a secret; "max tokens" is a number and "next page token" a place in a list. */
const NAMES_TOKEN = /(?:^| )token$/i;
const HARMLESS_TOKEN = /\b(?:page|next|continuation|max|min|per) token$/i;
/** How prose asks for a secret, where a lone word would prove nothing. */
const ASKS_IN_PROSE =
  /\byour (password|passphrase|passcode|pin|secret|credentials?)\b|\b(enter|type|paste|provide|give|send|share)( \S+){0,3} (password|passphrase|passcode|pin|secret|credentials?)\b/i;

/** A field of a form: its definition, with the name it is sent under. */
type Field = Readonly<Record<string, unknown>>;

/** Why the question of an `elicitation/create` may not be put to a person; undefined when it may. */
export function judgeElicitation(params: unknown): Reason | undefined {
  if (typeof params !== 'object' || params === null) return undefined;
  const { mode, url, message, requestedSchema } = params as Record<string, unknown>;
  if (speaksAsGateway([message, requestedSchema]))
    return { code: 'SP3026', text: 'the server asked in the name of the gateway' };
  if (mode === 'url' || url !== undefined) return judgeUrl(url);
  return judgeForm(message, requestedSchema);
}

function judgeForm(message: unknown, schema: unknown): Reason | undefined {
  const properties = (schema as { properties?: Record<string, unknown> } | undefined)?.properties ?? {};
  const fields = Object.entries(properties).map(([name, definition]): Field => ({ ...(definition ?? {}), name }));
  const asks =
    fields.some((field) => isSecretField(field)) ||
    (phrasesSecret(message) && fields.some((field) => isFreeText(field)));
  if (!asks) return undefined;
  return { code: 'SP3021', text: 'the server asked for a secret in a form, which the protocol forbids' };
}

function isSecretField({ name, title, description, format }: Field): boolean {
  return namesSecret(name) || namesSecret(title) || phrasesSecret(description) || format === 'password';
}

/** A field a person can type anything into. */
function isFreeText({ type, enum: values, oneOf }: Field): boolean {
  return type === 'string' && values === undefined && oneOf === undefined;
}

function namesSecret(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const words = wordsOf(text.replace(/([a-z0-9])([A-Z])/g, '$1 $2'));
  if (words.split(' ').some((word) => SECRET_WORDS.has(word.replace(/\d+$/, '')))) return true;
  if (SECRET_ELSEWHERE.test(words)) return true;
  return SECRET_PHRASES.test(words) || (NAMES_TOKEN.test(words) && !HARMLESS_TOKEN.test(words));
}

function phrasesSecret(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const words = wordsOf(text);
  return SECRET_PHRASES.test(words) || SECRET_ELSEWHERE.test(words) || ASKS_IN_PROSE.test(words);
}

/** Letters and digits alone, in lower case, as a reader sees them: no punctuation, no characters that do not show. */
function wordsOf(text: string): string {
  return withoutActing(text.normalize('NFKC'))
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** What a person reads must be where it leads: https, and the host spelt exactly as it is looked up. */
function judgeUrl(url: unknown): Reason | undefined {
  const bad: Reason = { code: 'SP3022', text: 'the server sent a link that hides where it leads' };
  if (typeof url !== 'string' || !URL.canParse(url) || /\s/.test(url) || hasActing(url)) return bad;
  const { protocol, host, hostname } = new URL(url);
  const loopback = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback)) return bad;
  const written = /^https?:\/\/([^/?#\\]*)(?:[/?#]|$)/i.exec(url)?.[1]?.toLowerCase();
  const usualPort = protocol === 'https:' ? ':443' : ':80';
  if (written !== host && written !== host + usualPort) return bad;
  return hostname.split('.').some((label) => label.startsWith('xn--')) ? bad : undefined;
}
