/** What a UTF-16 code unit is to whoever looks for words, as bits. */
export const KIND = {
  /** a-z and A-Z. */
  ascii: 1,
  /** Looks like one of them. */
  lookAlike: 2,
  letter: 4,
} as const;

/** Nothing stands there to be seen. */
export const DROPPED = 0xffff;
/** It stands for several, or is half of a pair: {@link foldedOf} knows. */
export const SEVERAL = 0xfffe;

/*
 * Letters of other alphabets that look like a Latin one, by it: Cyrillic, Greek, Armenian, Cherokee, and Latin ones of
 * phonetics. Chosen by what text editors show, after the idea of Unicode's confusables (UTS 39).
 */
const LOOK_ALIKE: Readonly<Record<string, string>> = {
  a: 'аαɑ',
  b: 'ЬƄ',
  c: 'сϲᴄ',
  d: 'ԁɗ',
  e: 'еєҽ',
  g: 'ɡց',
  h: 'һհ',
  i: 'іιıɩ',
  j: 'јϳ',
  k: 'κкᴋ',
  l: 'ӏⅼ',
  m: 'ᴍ',
  n: 'ոпη',
  o: 'оοօσ',
  p: 'рρ',
  q: 'ԛգ',
  r: 'гᴦ',
  s: 'ѕꜱ',
  t: 'тτᴛ',
  u: 'υսᴜ',
  v: 'νѵᴠ',
  w: 'ԝωᴡ',
  x: 'хχ',
  y: 'уγү',
  z: 'ᴢʐ',
  A: 'АΑᎪ',
  B: 'ВΒᏴ',
  C: 'СϹᏟ',
  D: 'Ꭰ',
  E: 'ЕΕᎬ',
  G: 'Ԍ',
  H: 'НΗᎻ',
  I: 'ІΙӀ',
  J: 'ЈᎫ',
  K: 'КΚᏦ',
  L: 'Ꮮ',
  M: 'МΜᎷ',
  N: 'Ν',
  O: 'ОΟՕ',
  P: 'РΡᏢ',
  R: 'Ꭱ',
  S: 'ЅՏᏚ',
  T: 'ТΤᎢ',
  U: 'Ս',
  V: 'ѴᏙ',
  W: 'ԜᎳ',
  X: 'ХΧ',
  Y: 'УΥҮ',
  Z: 'ΖᏃ',
};

/** Written differently where no decomposition says so. */
const ALSO: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
};

/** Characters that show nothing, or that are only shown as part of another one. Not those that letters of India need. */
const UNSEEN =
  /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u0300-\u036f\u0610-\u061a\u061c\u0640\u064b-\u065f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u2800\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff9-\ufffb]/;

const KINDS = new Uint8Array(0x10000);
const FOLDS = new Uint16Array(0x10000);
const READY = new Uint8Array(0x100);
const OF_LOOK_ALIKE = new Map<number, number>();
for (const [latin, others] of Object.entries(LOOK_ALIKE)) {
  for (const other of others) OF_LOOK_ALIKE.set(other.charCodeAt(0), latin.charCodeAt(0));
}

/** Bits of {@link KIND}; ask {@link foldOf} first, which makes both tables. */
export function kindOf(unit: number): number {
  return KINDS[unit]!;
}

/** What a code unit is folded to: itself, another one, {@link DROPPED} or {@link SEVERAL}. */
export function foldOf(unit: number): number {
  if (READY[unit >> 8] === 0) makePage(unit >> 8);
  return FOLDS[unit]!;
}

/** The Latin letter a letter looks like. */
export function latinOf(unit: number): number {
  return OF_LOOK_ALIKE.get(unit) ?? unit;
}

/** A character as it is read: in its compatible form (NFKC), without accents; empty when it shows nothing. */
export function foldedOf(character: string): string {
  const also = ALSO[character];
  if (also !== undefined) return also;
  const c = character.codePointAt(0)!;
  if (c >= 0xe0000 && c < 0xe1000) return '';
  // Letters in squares and circles that have no compatible form, and those flags are made of.
  for (const first of [0x1f150, 0x1f170, 0x1f1e6])
    if (c >= first && c < first + 26) return String.fromCharCode(0x61 + c - first);
  if (UNSEEN.test(character)) return '';
  // It stands between words as it is.
  if (c === 0xa0 || (c >= 0x2000 && c < 0x2030) || /[\u3000-\u303f\uff01-\uff0f\uff1a-\uff20]/.test(character))
    return character;
  const plain = character.normalize('NFKC');
  // Syllables of Korea and signs of India would come apart.
  return /^\p{Script=Latin}/u.test(plain) || plain.length > 1
    ? plain
        .normalize('NFKD')
        .replace(/[\u0300-\u036f]/g, '')
        .normalize('NFKC')
    : plain;
}

function makePage(page: number): void {
  READY[page] = 1;
  for (let unit = page << 8; unit < (page + 1) << 8; unit++) {
    const character = String.fromCharCode(unit);
    const isSurrogate = unit >= 0xd800 && unit < 0xe000;
    const text = isSurrogate ? '' : foldedOf(character);
    FOLDS[unit] = isSurrogate ? SEVERAL : text === '' ? DROPPED : text.length === 1 ? text.charCodeAt(0) : SEVERAL;
    KINDS[unit] = kind(unit, character);
  }
}

function kind(unit: number, character: string): number {
  if (/[a-z]/i.test(character) && unit < 128) return KIND.ascii;
  if (OF_LOOK_ALIKE.has(unit)) return KIND.lookAlike;
  return /\p{L}/u.test(character) ? KIND.letter : 0;
}
