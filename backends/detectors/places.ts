/** How many questions may be under way at a time, and how many wait for that. */
export class Places {
  #free: number;
  readonly #mostWaiting: number;
  readonly #waiting = new Set<() => void>();

  constructor(atOnce: number, mostWaiting: number) {
    this.#free = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  /** Calls `begin` when there is a place, which `begin` must {@link leave}; undefined when too many wait, else what stops the waiting. */
  take(begin: () => void): (() => void) | undefined {
    if (this.#free > 0) {
      this.#free--;
      begin();
      return () => {};
    }
    if (this.#waiting.size >= this.#mostWaiting) return undefined;
    this.#waiting.add(begin);
    return () => void this.#waiting.delete(begin);
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
