/** Numbers that look random and are the same in every run (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(most: number): number {
    return Math.floor(this.next() * most);
  }

  /** Mean 1. */
  exponential(): number {
    return -Math.log(1 - this.next());
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** At least 1; the smaller `alpha`, the heavier the tail. */
  pareto(alpha: number): number {
    return (1 - this.next()) ** (-1 / alpha);
  }

  /** 0 to below `most`, smaller ones more often. */
  zipf(most: number, exponent = 1): number {
    let total = 0;
    for (let i = 1; i <= most; i++) total += i ** -exponent;
    let left = this.next() * total;
    for (let i = 1; i <= most; i++) {
      left -= i ** -exponent;
      if (left <= 0) return i - 1;
    }
    return most - 1;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}
