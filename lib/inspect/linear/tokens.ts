import { ASCII, BREAK, beyondAscii, DIGIT, JOINT, LETTER, MARK, NOTHING, SIGN } from './letters.ts';

/** Most tokens and most code units that are read at once: few enough to stay near the processor. */
export const BLOCK = 512;
const CHUNK = 2048;

/** The tokens of a stretch of text; `count` of them count. */
export interface Tokens {
  /** Hashes of the words. */
  readonly hashes: Int32Array;
  /** Hashes of their first letters: what words of one stem have in common. */
  readonly stems: Int32Array;
  /** Where in the text each starts. */
  readonly starts: Int32Array;
  /** 1 where a sentence, a line or a value begins. */
  readonly first: Uint8Array;
  count: number;
  /** Whether the next token begins something. */
  isFirst: number;
  readonly bytes: Buffer;
  readonly units: Uint16Array;
}

export function roomForTokens(): Tokens {
  const units = new Uint16Array(CHUNK);
  return {
    hashes: new Int32Array(BLOCK),
    stems: new Int32Array(BLOCK),
    starts: new Int32Array(BLOCK),
    first: new Uint8Array(BLOCK),
    count: 0,
    isFirst: 1,
    bytes: Buffer.from(units.buffer),
    units,
  };
}

const OFFSET = 0x811c9dc5 | 0;
/** Words longer than this are data: encoded, minified or made up. */
const LONGEST_WORD = 24;
const SPACE = 32;
/** How much of a word is its stem. */
const STEM = 5;
/** A run of marks counts up to here, so that a ruled line is one token however long it is. */
const LONGEST_MARKS = 4;
const DATA = 0x5bd1e994;
const SHORT_NUMBER = 0x1b873592;
const NUMBER = 0x38b34ae4;
const LONG_NUMBER = 0x52dce728;

/** ASCII letters and digits as they are folded, 0 for every other code unit: the inner loop needs no more. */
const WORD = new Uint8Array(1 << 16);
ASCII.forEach((value, unit) => {
  if (isOfWord(value >>> 16)) WORD[unit] = value & 0xff;
});

/**
 * Reads words, numbers, runs of marks and signs from `from` on until `to` or until there is no more room, and returns
 * where it stopped, which is inside a token only if that is longer than all room. Each character is looked at once, out
 * of a copy: an array is read four times as fast as a string.
 */
export function readTokens(text: string, from: number, to: number, into: Tokens): number {
  const { hashes, stems, starts, first, units } = into;
  const isWhole = to - from <= CHUNK;
  const length = isWhole ? to - from : CHUNK;
  into.bytes.write(from === 0 && length === text.length ? text : text.slice(from, from + length), 'utf16le');
  let count = 0;
  let isFirst = into.isFirst;
  let at = 0;
  while (at < length && count < BLOCK) {
    const start = at;
    const unit = units[at]!;
    let value = unit < 128 ? ASCII[unit]! : wide(units, at, length);
    let kind = value >>> 16;
    if (isOfWord(kind)) {
      let hash = OFFSET;
      for (;;) {
        let letter = 0;
        while (at < length && (letter = WORD[units[at]!]!) !== 0) {
          hash = ((hash << 5) | (hash >>> 27)) ^ letter;
          at++;
        }
        if (at >= length || units[at] === SPACE) break;
        value = units[at]! < 128 ? ASCII[units[at]!]! : wide(units, at, length);
        kind = value >>> 16;
        if (isOfWord(kind)) hash = ((hash << 5) | (hash >>> 27)) ^ (value & 0xffff);
        else if (kind !== NOTHING && (kind !== JOINT || at + 1 >= length || !isWordAt(units, at + 1, length))) break;
        at += widthAt(units, at);
      }
      if (at >= length && !isWhole && start > 0) {
        at = start;
        break;
      }
      hash = at - start > LONGEST_WORD ? DATA : stirred(hash) & ~1;
      let stem = at - start > STEM ? stirred(beginning(units, start)) : hash;
      if (unit < 58) {
        const number = numberOf(units, start, at);
        if (number !== 0) hash = stem = number;
      }
      starts[count] = from + start;
      first[count] = isFirst;
      hashes[count] = hash;
      stems[count] = stem;
      count++;
      isFirst = 0;
      // Most words end with a space, and most spaces with a word.
      if (at < length && units[at] === SPACE) at++;
      continue;
    }
    at += widthAt(units, at);
    if (kind === BREAK) isFirst = 1;
    else if (kind === MARK) {
      let hash = ((OFFSET << 5) | (OFFSET >>> 27)) ^ unit;
      while (at < length && units[at]! < 128 && ASCII[units[at]!]! >>> 16 === MARK) {
        if (at - start < LONGEST_MARKS) hash = ((hash << 5) | (hash >>> 27)) ^ units[at]!;
        at++;
      }
      if (at >= length && !isWhole && start > 0) {
        at = start;
        break;
      }
      starts[count] = from + start;
      first[count] = isFirst;
      stems[count] = hashes[count] = stirred(hash) & ~1;
      count++;
      isFirst = 1;
    } else if (kind === SIGN) {
      starts[count] = from + start;
      first[count] = isFirst;
      stems[count] = hashes[count] = stirred(OFFSET ^ Math.imul(value & 0xffff, 0x01000193)) | 1;
      count++;
      isFirst = 0;
    }
  }
  into.count = count;
  into.isFirst = isFirst;
  return from + at;
}

/** One hash of two tokens. */
export function pairOf(first: number, second: number): number {
  return Math.imul(second ^ Math.imul(first, 0x27d4eb2f), 0x165667b1);
}

/** Whether a token is a sign of a script without spaces, where two of them are a word. */
export function isSign(hash: number): boolean {
  return (hash & 1) === 1;
}

function isOfWord(kind: number): boolean {
  return kind === LETTER || kind === DIGIT;
}

function isWordAt(units: Uint16Array, at: number, length: number): boolean {
  return isOfWord((units[at]! < 128 ? ASCII[units[at]!]! : wide(units, at, length)) >>> 16);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function widthAt(units: Uint16Array, at: number): number {
  return isHigh(units[at]!) ? 2 : 1;
}

function wide(units: Uint16Array, at: number, length: number): number {
  const unit = units[at]!;
  if (!isHigh(unit) || at + 1 >= length) return beyondAscii(unit);
  return beyondAscii(0x10000 + ((unit - 0xd800) << 10) + ((units[at + 1]! - 0xdc00) & 0x3ff));
}

/** The hash of a number by its length; 0 when there is anything but digits in it. */
function numberOf(units: Uint16Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (units[at]! < 48 || units[at]! > 57) return 0;
  const digits = end - start;
  return digits < 3 ? SHORT_NUMBER : digits < 5 ? NUMBER : LONG_NUMBER;
}

/** The hash of the first letters; a sign of no width among them takes the place of one. */
function beginning(units: Uint16Array, start: number): number {
  let hash = OFFSET;
  for (let at = start; at < start + STEM; at++) hash = ((hash << 5) | (hash >>> 27)) ^ WORD[units[at]!]!;
  return hash;
}

/** Rotations leave the last letters in the low bits; here every bit reaches every other. */
function stirred(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return once ^ (once >>> 13);
}
