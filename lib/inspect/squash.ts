import { Automaton } from './automaton.ts';
import type { RuleSet } from './rule-set.ts';
import { asciiSymbols } from './symbols.ts';
import type { Units } from './units.ts';

/** A phrase found as letters alone. */
export interface SquashedHit {
  /** Index of the rule it stands for. */
  readonly rule: number;
  readonly start: number;
  readonly end: number;
}

const FIRST_LETTER = 0x61;
const LAST_LETTER = 0x7a;

/** Finds phrases whose letters are written apart, by passing over everything that is no letter. */
export class Squash {
  readonly #automaton: Automaton;
  readonly #phrases: RuleSet['squashed'];

  constructor(phrases: RuleSet['squashed']) {
    this.#phrases = phrases;
    this.#automaton = new Automaton(
      phrases.map(([phrase]) => phrase),
      asciiSymbols(),
      'squashed',
    );
  }

  search({ array }: Units, start: number, end: number): SquashedHit[] {
    const { classes, next, shift, firstFound } = this.#automaton;
    const symbols = asciiSymbols();
    const found: SquashedHit[] = [];
    let state = 0;
    for (let i = start; i < end; i++) {
      const c = array[i]!;
      if (!isLetter(symbols, c)) continue;
      state = next[(state << shift) + classes[c]!]!;
      if (state < firstFound) continue;
      for (const phrase of this.#automaton.endingAt(state)) {
        const [letters, rule] = this.#phrases[phrase]!;
        found.push({ rule, start: beginning(array, symbols, i, letters.length), end: i + 1 });
      }
    }
    return found;
  }
}

function isLetter(symbols: Uint16Array, c: number): boolean {
  const symbol = c < 128 ? symbols[c]! : 0;
  return symbol >= FIRST_LETTER && symbol <= LAST_LETTER;
}

function beginning(array: Uint16Array, symbols: Uint16Array, last: number, letters: number): number {
  let at = last;
  for (let left = letters - 1; left > 0; ) if (isLetter(symbols, array[--at]!)) left--;
  return at;
}
