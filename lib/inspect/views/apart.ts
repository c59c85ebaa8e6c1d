import type { Units } from '../units.ts';
import type { Run } from './carriers.ts';

/** Stands between two letters of words that are written apart, such as `i g n o r e` and `ign-ore`. */
const STRIDE = 12;
/** Letters that stand alone, one after another, before they look like a word. */
const FEWEST_LETTERS = 8;
/** Signs that break words, and how many of them within {@link NEAR} characters of one another. */
const BREAKS = ['-', '*', '~'];
const FEWEST_BREAKS = 3;
const NEAR = 24;
/** Letters before or after a break: a longer part is a word of its own. */
const LONGEST_PART = 5;
const AROUND = 48;
const MOST_RUNS = 64;
const LETTERS = new Uint8Array(128);
for (let c = 0; c < 128; c++) LETTERS[c] = /[a-z0-9]/i.test(String.fromCharCode(c)) ? 1 : 0;

/** Where words of a text may be written apart. */
export function apartIn(text: string, units: Units): Run[] {
  const runs: Run[] = [];
  for (let i = 0; i + 3 < units.length && runs.length < MOST_RUNS; i += STRIDE) {
    if (!alternates(units.array, i)) continue;
    const run = lettersAround(units, i);
    if (run.end - run.start >= FEWEST_LETTERS * 2 - 1) runs.push(around(units.length, run.start, run.end));
    i = Math.max(i, run.end - STRIDE);
  }
  for (const sign of BREAKS) brokenBy(sign, text, units, runs);
  return runs;
}

function alternates(array: Uint16Array, i: number): boolean {
  const first = LETTERS[array[i]! & 0x7f]!;
  return (
    first !== LETTERS[array[i + 1]! & 0x7f]! &&
    first === LETTERS[array[i + 2]! & 0x7f]! &&
    first !== LETTERS[array[i + 3]! & 0x7f]!
  );
}

/** Single letters with one to three other characters between them, as far as they go. */
function lettersAround(units: Units, from: number): Run {
  let start = from;
  let end = from;
  const step = (at: number, by: 1 | -1): number => {
    let next = at + by;
    for (let other = 0; other < 3 && !isLetter(units, next); other++) next += by;
    return isLetter(units, next) && !isLetter(units, next + by) ? next : -1;
  };
  for (let next = step(end, 1); next !== -1; next = step(end, 1)) end = next;
  for (let next = step(start, -1); next !== -1; next = step(start, -1)) start = next;
  return { start, end: end + 1 };
}

function brokenBy(sign: string, text: string, units: Units, runs: Run[]): void {
  let first = -1;
  let last = -NEAR;
  let count = 0;
  for (let at = text.indexOf(sign); at !== -1 && runs.length < MOST_RUNS; at = text.indexOf(sign, at + 1)) {
    if (!breaksWord(units, at)) continue;
    if (at - last > NEAR) {
      if (count >= FEWEST_BREAKS) runs.push(around(units.length, first, last));
      first = at;
      count = 0;
    }
    last = at;
    count++;
  }
  if (count >= FEWEST_BREAKS) runs.push(around(units.length, first, last));
}

function breaksWord(units: Units, at: number): boolean {
  // Digits do not count here, or every date and every identifier would be looked at.
  if (!isAlphabetic(units, at - 1) || !isAlphabetic(units, at + 1)) return false;
  return partLength(units, at, -1) <= LONGEST_PART || partLength(units, at, 1) <= LONGEST_PART;
}

function partLength(units: Units, at: number, by: 1 | -1): number {
  let length = 0;
  while (length <= LONGEST_PART && isLetter(units, at + by * (length + 1))) length++;
  return length;
}

function around(length: number, start: number, end: number): Run {
  return { start: Math.max(0, start - AROUND), end: Math.min(length, end + AROUND) };
}

function isAlphabetic(units: Units, at: number): boolean {
  return isLetter(units, at) && units.array[at]! > 0x40;
}

/** Digits that are written for letters count as such. */
function isLetter({ array, length }: Units, at: number): boolean {
  if (at < 0 || at >= length) return false;
  const c = array[at]!;
  return c < 128 && LETTERS[c] === 1;
}
