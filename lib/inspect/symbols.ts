import type { Units } from './units.ts';

const SPACE = 0x20;
/** Beyond, no letters are small and large but those of full width, which are folded to ASCII first. */
const LAST_CASED = 0x2000;

/**
 * What may stand between two words of a phrase: `ignore_all-previous` is read as `ignore all previous`. Patterns write one
 * space for up to 24 of these (`scripts/rules/pattern.ts`), and the automaton reads a run of them as one space.
 */
export const BETWEEN_WORDS = '\t\n\v\f\r *_"\'`,;:.()[]~-';

/**
 * Written for letters by who does not want a word to be found. The automaton takes them for those letters, which costs
 * nothing; `l` is read as `i`, since `1` is written for both.
 */
const FOR_LETTERS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  l: 'i',
  L: 'i',
};

/** The same beyond ASCII, first and last of each range: quotes, dashes and dots of printed text, and what scripts of their own use. */
export const BETWEEN_WORDS_WIDE: readonly (readonly [number, number])[] = [
  [0xa0, 0xa0],
  [0xab, 0xab],
  [0xbb, 0xbb],
  [0x60c, 0x60c],
  [0x61b, 0x61b],
  [0x2010, 0x2026],
  [0x3000, 0x3002],
  [0x300c, 0x300f],
  [0xff01, 0xff01],
  [0xff0c, 0xff0c],
  [0xff1a, 0xff1b],
];

const ASCII = symbols(128);
let wide: Uint16Array | undefined;

/** What the automaton takes an ASCII character for: letters as small ones, what stands between words as a space. */
export function asciiSymbols(): Uint16Array {
  return ASCII;
}

/** The same for every UTF-16 code unit; made when it is first needed. */
export function wideSymbols(): Uint16Array {
  wide ??= symbols(0x10000);
  return wide;
}

/** Whether a code unit beyond ASCII that texts in Latin letters have stands between words. */
export function isBetween(unit: number): boolean {
  return (unit >= 0x2010 && unit <= 0x2026) || unit === 0xa0 || unit === 0xab || unit === 0xbb;
}

/** A text as the automaton reads it, where a run of what stands between words is one space. */
export function folded(text: string): string {
  const known = wideSymbols();
  let read = '';
  let last = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = known[text.charCodeAt(i)]!;
    if (symbol !== SPACE || last !== SPACE) read += String.fromCharCode(symbol);
    last = symbol;
  }
  return read;
}

function symbols(size: number): Uint16Array {
  const table = new Uint16Array(size);
  for (let c = 0; c < size; c++) table[c] = c;
  for (let c = 0; c < Math.min(size, LAST_CASED); c++) {
    const small = String.fromCharCode(c).toLowerCase();
    table[c] = small.length === 1 ? small.charCodeAt(0) : c;
  }
  for (const [written, letter] of Object.entries(FOR_LETTERS)) table[written.charCodeAt(0)] = letter.charCodeAt(0);
  for (let i = 0; i < BETWEEN_WORDS.length; i++) table[BETWEEN_WORDS.charCodeAt(i)] = SPACE;
  for (const [first, last] of BETWEEN_WORDS_WIDE) if (last < size) table.fill(SPACE, first, last + 1);
  return table;
}

const PRINTED = /[\u00a0\u00ab\u00bb\u0130\u060c\u061b\u2010-\u2026\u3000-\u3002\u300c-\u300f\uff01\uff0c\uff1a\uff1b]/;
const EACH_PRINTED = new RegExp(PRINTED, 'g');

/**
 * A text as patterns are written for it: in small letters, with a space for what stands between words beyond ASCII and with
 * the apostrophe that is typed. Each character stands where it stood.
 */
export function asPatternsRead(text: string, isAscii: boolean): string {
  const typed = !isAscii && PRINTED.test(text) ? text.replace(EACH_PRINTED, typedFor) : text;
  return typed.toLowerCase();
}

function typedFor(c: string): string {
  if (c === '\u2018' || c === '\u2019') return "'";
  // The one letter that is two when it is small.
  return c === '\u0130' ? 'i' : ' ';
}

const DISGUISED = new Uint8Array(128);
for (const c of '01345789@$!|') DISGUISED[c.charCodeAt(0)] = 1;
const ONE = 0x31;
const SMALL_L = 0x6c;
const EACH_DISGUISED = /[01345789@$!|]/g;

/** Whether `[start, end)` of a text may be written with digits for letters. */
export function mayBeDisguised({ array }: Units, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (array[i]! < 128 && DISGUISED[array[i]!] === 1) return true;
  return false;
}

/** A text with letters for digits and signs, character by character. */
export function undisguised(text: string, isAscii: boolean): string {
  if (!isAscii) return text.replaceAll('11', 'll').replace(EACH_DISGUISED, (c) => FOR_LETTERS[c]!);
  const bytes = Buffer.from(text, 'latin1');
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i]!;
    if (DISGUISED[c] === 0) continue;
    if (c === ONE && bytes[i + 1] === ONE) bytes[i] = bytes[++i] = SMALL_L;
    else bytes[i] = ASCII[c]!;
  }
  return bytes.toString('latin1');
}
