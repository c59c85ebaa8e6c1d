/** What a character is to {@link readTokens}: the upper half of a value of the tables. */
export const GAP = 0;
export const LETTER = 1;
export const DIGIT = 2;
export const MARK = 3;
/** A sign that is a word of its own, as in scripts written without spaces. */
export const SIGN = 4;
/** Not seen at all, or an accent: it neither adds to a word nor ends it. */
export const NOTHING = 5;
/** A hyphen or an apostrophe: nothing inside a word, else a gap. */
export const JOINT = 6;
/** What ends a sentence, a line or a value: the word after it begins something. */
export const BREAK = 7;

/** Digits as the letters they stand for in words such as `1gn0r3`; a number stays a number. */
const DIGIT_AS_LETTER = 'oizeasgtbg';

/** Letters of other alphabets that look like Latin ones. Folded always, so that their own words stay what they are. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  е: 'e',
  з: 'e',
  і: 'i',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  т: 't',
  у: 'y',
  х: 'x',
  ѕ: 's',
  ԁ: 'd',
  ԛ: 'q',
  ԝ: 'w',
  һ: 'h',
  ӏ: 'i',
  г: 'r',
  α: 'a',
  β: 'b',
  γ: 'y',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  σ: 'o',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ω: 'w',
  ϲ: 'c',
  ϳ: 'j',
  ɡ: 'g',
  ɑ: 'a',
  ɩ: 'i',
  ı: 'i',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ß: 's',
  æ: 'a',
  ð: 'd',
  þ: 'p',
  ո: 'n',
  ս: 'u',
  օ: 'o',
  հ: 'h',
  ց: 'g',
  ᴀ: 'a',
  ʙ: 'b',
  ᴄ: 'c',
  ᴅ: 'd',
  ᴇ: 'e',
  ɢ: 'g',
  ʜ: 'h',
  ɪ: 'i',
  ᴊ: 'j',
  ᴋ: 'k',
  ʟ: 'l',
  ᴍ: 'm',
  ɴ: 'n',
  ᴏ: 'o',
  ᴘ: 'p',
  ʀ: 'r',
  ꜱ: 's',
  ᴛ: 't',
  ᴜ: 'u',
  ᴠ: 'v',
  ᴡ: 'w',
  ʏ: 'y',
  ᴢ: 'z',
};

const IS_LETTER = /[\p{L}\p{N}\p{Mc}]/u;
const IS_NOTHING = /[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const IS_SIGN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Line ends, quotes and what ends sentences, of any script. */
const BREAKS = '\n\r.;"()。！？；：，、।؟“”«»「」';
const MARKS = '<>[]{}#*!:|=/\\$@?';

/** Of the ASCII characters: kind in the upper half, the letter it is folded to in the lower. */
export const ASCII: Uint32Array = Uint32Array.from({ length: 128 }, (_, code) => ascii(code));

/** The same for the characters below U+20000, in pages of 256 that are worked out when they are first needed. */
const pages: (Uint32Array | undefined)[] = [];

/** The same for any character. */
export function beyondAscii(code: number): number {
  if (code >= 0x20000) return code >= 0xe0000 ? NOTHING << 16 : (SIGN << 16) | (code & 0xffff);
  const page = (pages[code >>> 8] ??= Uint32Array.from({ length: 256 }, (_, low) =>
    folded(code - (code & 0xff) + low),
  ));
  return page[code & 0xff]!;
}

function ascii(code: number): number {
  const char = String.fromCharCode(code);
  if (/[a-z_]/i.test(char)) return (LETTER << 16) | char.toLowerCase().charCodeAt(0);
  if (/[0-9]/.test(char)) return (DIGIT << 16) | DIGIT_AS_LETTER.charCodeAt(code - 48);
  if (MARKS.includes(char)) return (MARK << 16) | code;
  if (BREAKS.includes(char)) return BREAK << 16;
  return char === '-' || char === "'" ? JOINT << 16 : GAP;
}

function folded(code: number): number {
  const char = String.fromCodePoint(code);
  if (IS_NOTHING.test(char)) return NOTHING << 16;
  if (char === '\u2019' || char === '\u2010' || char === '\u2011') return JOINT << 16;
  if (BREAKS.includes(char)) return BREAK << 16;
  const plain = [...char.normalize('NFKD').toLowerCase().normalize('NFKD')][0]!;
  const alike = LOOKALIKES[plain] ?? plain;
  const value = alike.codePointAt(0)!;
  if (value < 128) return ascii(value);
  if (IS_SIGN.test(alike)) return (SIGN << 16) | (value & 0xffff);
  return IS_LETTER.test(alike) ? (LETTER << 16) | (value & 0xffff) : GAP;
}
