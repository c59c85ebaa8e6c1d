import type { Gate } from './rule-set.ts';
import { isBetween } from './symbols.ts';
import type { Units } from './units.ts';

/** What a text has that words do not need, as bits; each asks for a closer look. */
export const SIGN = {
  nonAscii: 1,
  /** Letters of another alphabet than the Latin one. */
  wide: 2,
  escape: 4,
  control: 8,
  percent: 16,
  backslash: 32,
  ampersand: 64,
} as const;

const ROOT = 0;
const SPACE = 0x20;
/** The signs of a character stand above its class. */
const CLASS_BITS = 9;
const CLASS = (1 << CLASS_BITS) - 1;
const FIRST_SIZE = 64;

/** Where literals ended, in order; used again for every text. */
export class LiteralHits {
  states = new Uint16Array(FIRST_SIZE);
  /** Index after the last character. */
  ends = new Int32Array(FIRST_SIZE);
  count = 0;
  /** Where the automaton stood at the end of the pass. */
  state = ROOT;

  add(state: number, end: number): void {
    if (this.count === this.ends.length) this.#grow();
    this.states[this.count] = state;
    this.ends[this.count++] = end;
  }

  #grow(): void {
    const states = new Uint16Array(this.count * 2);
    states.set(this.states);
    const ends = new Int32Array(this.count * 2);
    ends.set(this.ends);
    this.states = states;
    this.ends = ends;
  }
}

/** One pass over a text, or on from `from` and `state` to `to`: notes where literals end, and answers the signs of the text. */
export function pass(units: Units, gate: Gate, hits: LiteralHits, from = 0, to = units.length, state = ROOT): number {
  const { array } = units;
  const { next, shift, firstFound } = gate.automaton;
  const codes = (gate.codes ??= codesOf(gate));
  let found = 0;
  for (let i = from; i < to; i++) {
    const code = codes[array[i]!]!;
    found |= code;
    state = next[(state << shift) + (code & CLASS)]!;
    if (state >= firstFound) hits.add(state, i + 1);
  }
  hits.state = state;
  return found >> CLASS_BITS;
}

/**
 * Whether a space before `from` would leave all literals what they are, where the automaton stands in `state` there: both
 * ways come to the same state, and no literal ends before they do.
 */
export function passesSpace(
  { array, length }: Units,
  { automaton, codes }: Gate,
  from: number,
  state: number,
): boolean {
  const { next, shift, firstFound, classes } = automaton;
  let one = state;
  let other = next[(state << shift) + classes[SPACE]!]!;
  for (let i = from; one !== other; i++) {
    if (one >= firstFound && i > from) return false;
    if (other >= firstFound) return false;
    if (i === length) return true;
    const kind = codes![array[i]!]! & CLASS;
    one = next[(one << shift) + kind]!;
    other = next[(other << shift) + kind]!;
  }
  return true;
}

/** Class and signs of each code unit as one number, so that one look-up gives both. */
function codesOf({ automaton: { classes } }: Gate): Uint16Array {
  const codes = new Uint16Array(0x10000);
  const between = classes[SPACE]!;
  for (let c = 0; c < codes.length; c++) {
    const kind = c < classes.length ? classes[c]! : isBetween(c) ? between : 0;
    codes[c] = kind | (signOf(c) << CLASS_BITS);
  }
  return codes;
}

function signOf(c: number): number {
  if (c > 0x7f) return isWide(c) ? SIGN.nonAscii | SIGN.wide : SIGN.nonAscii;
  if (c === 0x1b) return SIGN.escape;
  if (c < 32 || c === 0x7f) return c === 9 || c === 10 || c === 13 ? 0 : SIGN.control;
  return c === 0x25 ? SIGN.percent : c === 0x5c ? SIGN.backslash : c === 0x26 ? SIGN.ampersand : 0;
}

/** Neither Latin with accents, nor punctuation and symbols, nor half of an emoji. */
function isWide(c: number): boolean {
  return c >= 0x370 && (c < 0x1e00 || (c >= 0x2c00 && (c < 0xd800 || c > 0xdfff)));
}
