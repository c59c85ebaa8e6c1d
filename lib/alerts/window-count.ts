/** A window is counted in so many parts; it covers one more, so it never misses what happened within it. */
const PARTS = 20;

/** How a window of this length is cut into parts. */
export class WindowParts {
  readonly partMs: number;
  readonly count: number;

  constructor(windowMs: number) {
    this.partMs = Math.max(1, Math.ceil(windowMs / PARTS));
    this.count = Math.ceil(windowMs / this.partMs) + 1;
  }

  /** The part a time falls into. */
  at(ms: number): number {
    return Math.floor(ms / this.partMs);
  }
}

/**
 * How often something happened within a window that slides on: all of the last `windowMs`, and of what was before at most a
 * twentieth of it. It takes the same memory however much happens.
 */
export class WindowCount {
  readonly #counts: Uint32Array;
  #newest = Number.NEGATIVE_INFINITY;
  #sum = 0;

  constructor(parts: WindowParts) {
    this.#counts = new Uint32Array(parts.count);
  }

  /** Counts one more in this part, which is never an earlier one than before, and answers how many there are. */
  add(part: number): number {
    if (part !== this.#newest) this.#slide(part);
    this.#counts[part % this.#counts.length]!++;
    return ++this.#sum;
  }

  total(part: number): number {
    if (part !== this.#newest) this.#slide(part);
    return this.#sum;
  }

  #slide(to: number): void {
    if (to < this.#newest) return;
    const counts = this.#counts;
    if (to - this.#newest >= counts.length) {
      counts.fill(0);
      this.#sum = 0;
    } else {
      for (let part = this.#newest + 1; part <= to; part++) {
        const slot = part % counts.length;
        this.#sum -= counts[slot]!;
        counts[slot] = 0;
      }
    }
    this.#newest = to;
  }
}
