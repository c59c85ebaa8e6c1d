/** Code units of a text; the number of states times this many are the keys of the moves between them. */
const UNITS = 0x10000;
const LOW_BYTE = 0xff;
/** Most comparisons that searching for each alone may take; short texts are searched faster that way. */
const FEW_STEPS = 4_000_000;

/**
 * Finds which of many literals a text holds, in one pass over it: an automaton as of Aho and Corasick (1975). Searching
 * for each alone takes time in proportion to text times literal for texts that nearly hold one everywhere.
 */
export class Literals {
  readonly #literals: readonly string[];
  readonly #size: number;
  /** From a state by a code unit to a state: `state * UNITS + unit`. State 0 is where nothing has been found. */
  readonly #moves = new Map<number, number>();
  /** Low bytes of the code units literals begin with, so that most others are passed over quickly. */
  readonly #begins = new Uint8Array(LOW_BYTE + 1);
  /** Where a state goes on when a unit leads nowhere. */
  readonly #fallback: number[] = [0];
  /** The least index of a literal that ends in a state; -1 for none. */
  readonly #ends: number[] = [-1];

  constructor(literals: readonly string[]) {
    this.#literals = literals;
    this.#size = literals.reduce((size, { length }) => size + length, 0);
    for (const [index, literal] of literals.entries()) this.#add(literal, index);
    this.#link();
  }

  /** The least index of a literal the text holds; -1 when it holds none. */
  firstIn(text: string): number {
    if (text.length * this.#size > FEW_STEPS) return this.#inOnePass(text);
    return this.#literals.findIndex((literal) => text.includes(literal));
  }

  #inOnePass(text: string): number {
    let state = 0;
    let found = -1;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (state === 0 && this.#begins[unit & LOW_BYTE] === 0) continue;
      state = this.#next(state, unit);
      const index = this.#ends[state]!;
      if (index !== -1 && (found === -1 || index < found)) found = index;
    }
    return found;
  }

  #add(literal: string, index: number): void {
    let state = 0;
    this.#begins[literal.charCodeAt(0) & LOW_BYTE] = 1;
    for (let at = 0; at < literal.length; at++) {
      const key = state * UNITS + literal.charCodeAt(at);
      let next = this.#moves.get(key);
      if (next === undefined) {
        next = this.#ends.push(-1) - 1;
        this.#fallback.push(0);
        this.#moves.set(key, next);
      }
      state = next;
    }
    if (this.#ends[state] === -1) this.#ends[state] = index;
  }

  /** States in the order of their depth, so that what a state falls back to is known before it. */
  #link(): void {
    const byState = new Map<number, [unit: number, next: number][]>();
    for (const [key, next] of this.#moves) {
      const state = Math.floor(key / UNITS);
      const moves = byState.get(state) ?? [];
      moves.push([key % UNITS, next]);
      byState.set(state, moves);
    }
    const queue = [0];
    for (const state of queue) {
      for (const [unit, next] of byState.get(state) ?? []) {
        const fallback = state === 0 ? 0 : this.#next(this.#fallback[state]!, unit);
        this.#fallback[next] = fallback;
        const [own, inherited] = [this.#ends[next]!, this.#ends[fallback]!];
        if (own === -1 || (inherited !== -1 && inherited < own)) this.#ends[next] = inherited;
        queue.push(next);
      }
    }
  }

  #next(from: number, unit: number): number {
    for (let state = from; ; state = this.#fallback[state]!) {
      const next = this.#moves.get(state * UNITS + unit);
      if (next !== undefined) return next;
      if (state === 0) return 0;
    }
  }
}
