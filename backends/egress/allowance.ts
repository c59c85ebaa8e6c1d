/** The bytes all connections of a backend may carry together, in both directions. */
export class Allowance {
  #left: number;
  readonly #usedUp: () => void;

  /** `usedUp` is called once, by the connection that carried the last byte. */
  constructor(bytes: number, usedUp: () => void) {
    this.#left = bytes;
    this.#usedUp = usedUp;
  }

  get isUsedUp(): boolean {
    return this.#left <= 0;
  }

  spend(bytes: number): void {
    const had = this.#left;
    this.#left -= bytes;
    if (had > 0 && this.#left <= 0) this.#usedUp();
  }
}
