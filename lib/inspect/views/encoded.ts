import { SIGN } from '../gate.ts';
import type { Units } from '../units.ts';
import { decodeBase64, decodeEscapes, decodeHex } from './decoders.ts';

/** Something encoded in a text, and what it says. */
export interface Decoded {
  /** `base64`, `hex`, `percent`, `entities` or `escapes`. */
  readonly view: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** How much may still be decoded for one message. */
export interface DecodeBudget {
  left: number;
  /** Whether there was more. */
  exceeded: boolean;
}

export const MOST_DECODES = 12;
/** Of what is encoded, and so of what comes out, in characters at a time. */
export const MOST_AT_ONCE = 8192;

/** Places where only a letter or two are escaped, so that one with many of them costs no more than that. */
const MOST_SPELLED = 64;
const SHORTEST_RUN = 28;
/** A line of what is broken into lines; shorter ones are words in a list. */
const SHORTEST_LINE = 16;
/** Runs looked at more closely; most are hashes and names. */
const MOST_RUNS = 256;
const RUN = new Uint8Array(128);
for (const c of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_', 'latin1')) RUN[c] = 1;

/**
 * Ways to write single characters, and how many of them make a text worth decoding. One is enough where it stands for a letter
 * of ASCII, which nobody needs to write that way.
 */
const ESCAPES = [
  { view: 'percent', sign: SIGN.percent, one: /%[0-9a-f]{2}/gi, least: 8 },
  { view: 'entities', sign: SIGN.ampersand, one: /&#(?:x[0-9a-f]{1,6}|\d{1,7})/gi, least: 6 },
  { view: 'escapes', sign: SIGN.backslash, one: /\\(?:u[0-9a-f]{4}|u\{[0-9a-f]{1,6}\}|x[0-9a-f]{2})/gi, least: 6 },
] as const;

/** What `text`, which has `signs`, holds that is encoded and says something; nothing where it may not be decoded any more. */
export function decodedIn(text: string, units: Units, signs: number, budget: DecodeBudget, allowed = true): Decoded[] {
  const found: Decoded[] = [];
  if (!allowed) return found;
  for (const { view, sign, one, least } of ESCAPES) {
    if (signs & sign) escapesIn(text, view, one, least, budget, found);
  }
  runsIn(text, units, budget, found);
  return found;
}

function escapesIn(
  text: string,
  view: string,
  one: RegExp,
  least: number,
  budget: DecodeBudget,
  found: Decoded[],
): void {
  one.lastIndex = 0;
  let start = -1;
  let end = -1;
  let count = 0;
  let spells = false;
  let spelled = 0;
  for (let match = one.exec(text); ; match = one.exec(text)) {
    const isNear = match !== null && match.index - start < MOST_AT_ONCE && match.index - end < 256;
    if (match !== null && (start === -1 || isNear)) {
      if (start === -1) start = match.index;
      end = one.lastIndex;
      count++;
      spells ||= standsForLetter(match[0]);
      continue;
    }
    if (count >= least || spells) {
      // A letter or two are decoded where they stand, which costs no more than reading the text once more.
      if (count < least && ++spelled > MOST_SPELLED) budget.exceeded = true;
      if (count < least ? budget.exceeded : !take(budget)) return;
      // With what stands around it, since a word may be written in part.
      const from = Math.max(0, start - 64);
      const to = Math.min(text.length, end + 64);
      found.push({ view, start: from, end: to, text: decodeEscapes(text.slice(from, to)) });
    }
    if (match === null) return;
    start = match.index;
    end = one.lastIndex;
    count = 1;
    spells = standsForLetter(match[0]);
  }
}

function standsForLetter(written: string): boolean {
  const digits = written.replace(/[^0-9a-f]/gi, '');
  const isDecimal = written.startsWith('&') && !/x/i.test(written);
  const c = Number.parseInt(digits, isDecimal ? 10 : 16);
  return (c > 0x40 && c < 0x5b) || (c > 0x60 && c < 0x7b);
}

/** Long runs of one alphabet. Looked for from their last place on, so that most characters are passed over. */
function runsIn(text: string, units: Units, budget: DecodeBudget, found: Decoded[]): void {
  const { array, length } = units;
  let runs = 0;
  for (let start = 0; start + SHORTEST_RUN <= length; ) {
    let i = start + SHORTEST_RUN - 1;
    while (i >= start && RUN[array[i]! & 0x7f] === 1 && array[i]! < 128) i--;
    if (i >= start) {
      start = i + 1;
      continue;
    }
    const end = runEnd(units, start);
    if (++runs > MOST_RUNS) {
      budget.exceeded = true;
      return;
    }
    decodeRun(text, start, end, budget, found);
    start = end;
  }
}

function decodeRun(text: string, start: number, end: number, budget: DecodeBudget, found: Decoded[]): void {
  for (let from = start; from < end; from += MOST_AT_ONCE) {
    const part = text.slice(from, Math.min(end, from + MOST_AT_ONCE));
    const hex = decodeHex(part);
    const plain = hex ?? decodeBase64(part);
    if (plain === undefined) return;
    if (!take(budget)) return;
    found.push({ view: hex === undefined ? 'base64' : 'hex', start: from, end: from + part.length, text: plain });
  }
}

function take(budget: DecodeBudget): boolean {
  if (budget.left === 0) budget.exceeded = true;
  else budget.left--;
  return !budget.exceeded;
}

/** The end of a run, over line ends as long as lines are long. */
function runEnd(units: Units, start: number): number {
  const { array } = units;
  let end = start;
  for (let line = start; ; line = end) {
    while (isOfRun(units, end)) end++;
    if (end - line < SHORTEST_LINE) return end;
    const next = array[end] === 0x0d && array[end + 1] === 0x0a ? end + 2 : array[end] === 0x0a ? end + 1 : -1;
    // A line that is short is the last one, or no part of it: what comes out tells.
    if (next === -1 || !isOfRun(units, next)) return end;
    end = next;
  }
}

function isOfRun({ array, length }: Units, i: number): boolean {
  return i < length && array[i]! < 128 && RUN[array[i]!] === 1;
}
