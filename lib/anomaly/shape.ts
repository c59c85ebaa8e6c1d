import { asObject, type Json } from '../model/json.ts';

/** Arguments as what they are like, without what they say. */
export interface Shape {
  /** Names of all arguments in order, inner ones after dots; a list stands as `name[]`. */
  readonly names: readonly string[];
  /** What the value of each is like, in the same order. */
  readonly kinds: readonly string[];
}

/** More arguments than that are not told apart. */
const MOST_NAMES = 48;
const MOST_DEPTH = 3;
/** Elements of a list that are looked at. */
const MOST_ELEMENTS = 4;
/** Characters of a name, and of both ends of a text, that are looked at. */
const MOST_NAME = 80;
const HEAD = 96;
const REST = 32;

/** What arguments are like: which there are, of which types, how long about, of which characters. */
export function shapeOf(args: Json): Shape {
  const names: string[] = [];
  const kinds: string[] = [];
  const walk = (values: Json, prefix: string, depth: number): void => {
    for (const key of Object.keys(values).sort()) {
      if (names.length >= MOST_NAMES) return;
      const name = `${prefix}${key.length > MOST_NAME ? `${key.slice(0, MOST_NAME)}…` : key}`;
      put(name, values[key], depth);
    }
  };
  const put = (name: string, value: unknown, depth: number): void => {
    const inner = asObject(value);
    if (inner !== undefined && depth < MOST_DEPTH && Object.keys(inner).length > 0)
      return walk(inner, `${name}.`, depth + 1);
    names.push(name);
    kinds.push(kindOf(value));
    if (!Array.isArray(value) || depth >= MOST_DEPTH) return;
    const elements = new Set(value.slice(0, MOST_ELEMENTS).map(kindOf));
    if (elements.size === 0 || names.length >= MOST_NAMES) return;
    names.push(`${name}[]`);
    kinds.push([...elements].sort().join('|').slice(0, 40));
  };
  walk(args, '', 1);
  return { names, kinds };
}

function kindOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `s${charactersOf(value)}${sizeOf(value.length)}`;
    case 'number':
      return `${Number.isInteger(value) ? 'i' : 'f'}${value < 0 ? '-' : ''}${Math.min(9, Math.floor(Math.log10(Math.abs(value) + 1) / 2))}`;
    case 'boolean':
      return 'b';
    default:
      if (value === null || value === undefined) return 'n';
      return Array.isArray(value) ? `a${sizeOf(value.length)}` : `o${sizeOf(Object.keys(value).length)}`;
  }
}

/** 0 for none, then one more for each four times as many: 1 to 3, 4 to 15, 16 to 63 and so on. */
function sizeOf(length: number): number {
  return length === 0 ? 0 : Math.min(9, 1 + ((31 - Math.clz32(length)) >> 1));
}

/**
 * Which characters a text is made of, by both of its ends: `d` digits, `w` a word, `p` a path, `u` a URL, `t` words in a
 * line, `m` in several lines, `x` one long run without a space, `z` letters beyond ASCII, `c` the rest.
 */
function charactersOf(text: string): string {
  if (text === '') return 'e';
  let seen = 0;
  const head = Math.min(text.length, HEAD);
  for (let at = 0; at < head; at++) seen |= classOf(text.charCodeAt(at));
  for (let at = Math.max(head, text.length - REST); at < text.length; at++) seen |= classOf(text.charCodeAt(at));
  if (seen === DIGIT) return 'd';
  if ((seen & BREAK) !== 0) return 'm';
  if ((seen & BEYOND) !== 0) return 'z';
  if ((seen & COLON) !== 0 && URL_START.test(text.slice(0, 30))) return 'u';
  if ((seen & SPACE) !== 0) return 't';
  if ((seen & SIGN) !== 0) return 'c';
  if (text.length > LONG_RUN && (seen & (DOT | COLON | BACKSLASH)) === 0) return 'x';
  if ((seen & (SLASH | BACKSLASH)) !== 0) return 'p';
  return (seen & COLON) === 0 ? 'w' : 'c';
}

/** A text of letters and digits is one long run from so many characters on; a shorter one may be a path. */
const LONG_RUN = 64;
const URL_START = /^[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\//;
const [DIGIT, LETTER, DOT, SLASH, BACKSLASH, COLON, SPACE, BREAK, BEYOND, SIGN] = [
  1, 2, 4, 8, 16, 32, 64, 128, 256, 512,
];

const CLASSES = Uint16Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\d/.test(character)) return DIGIT;
  if (/[A-Za-z_+=-]/.test(character)) return LETTER;
  if (/[.~@]/.test(character)) return DOT;
  if (character === '/') return SLASH;
  if (character === '\\') return BACKSLASH;
  if (character === ':') return COLON;
  if (character === ' ' || character === '\t') return SPACE;
  return code === 10 || code === 13 ? BREAK : code < 32 || code === 127 ? BEYOND : SIGN;
});

function classOf(code: number): number {
  return code < 128 ? CLASSES[code]! : BEYOND;
}

const CHARACTERS: Readonly<Record<string, string>> = {
  e: 'an empty text',
  d: 'digits',
  w: 'one word',
  p: 'a path',
  u: 'a URL',
  t: 'words in one line',
  m: 'several lines',
  x: 'one long run of letters and digits',
  z: 'text beyond ASCII',
  c: 'text with signs',
};
const OTHERS: Readonly<Record<string, string>> = { b: 'true or false', n: 'nothing', a: 'a list', o: 'an object' };

/** A kind for people to read. */
export function kindWords(kind: string): string {
  if (kind.includes('|')) return kind.split('|').map(kindWords).join(' or ');
  const type = kind[0]!;
  if (type === 's') return `${CHARACTERS[kind[1]!] ?? 'text'}${sizeWords(kind.slice(2), 'characters')}`;
  if (type === 'i' || type === 'f') {
    const sign = kind.includes('-') ? 'negative ' : '';
    const most = 10 ** (2 * (Number(kind.at(-1)) + 1));
    return `a ${sign}${type === 'i' ? 'whole' : 'decimal'} number below ${most.toLocaleString('en-US')}`;
  }
  return `${OTHERS[type] ?? 'something else'}${type === 'a' || type === 'o' ? sizeWords(kind.slice(1), 'entries') : ''}`;
}

function sizeWords(size: string, unit: string): string {
  const step = Number(size);
  if (!(step >= 1)) return '';
  return step >= 9
    ? ` of ${(4 ** 8).toLocaleString('en-US')} ${unit} and more`
    : ` of ${(4 ** (step - 1)).toLocaleString('en-US')} to ${(4 ** step - 1).toLocaleString('en-US')} ${unit}`;
}
