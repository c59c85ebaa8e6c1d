/**
 * Bytes all unfinished frames of a process may hold together. One frame is bounded by its own cap; this
 * bounds fifty backends that each send half of a big one.
 */
export class ByteBudget {
  readonly limit: number;
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Notes a change by `bytes`; false when the total is over the limit now. */
  add(bytes: number): boolean {
    this.#used += bytes;
    return this.#used <= this.limit;
  }
}
