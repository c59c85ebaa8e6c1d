/** Calls of one client that may wait for their next round. */
const MOST_WAITING = 1000;

/** The request states one client was given and has not used. Each is good for one use. */
export class IssuedStates {
  readonly #until = new Map<string, number>();

  /** Notes one that expires at `expires`, in milliseconds since 1970 as `now` is. */
  issue(nonce: string, expires: number, now: number): void {
    for (const [old, until] of this.#until) {
      if (until >= now && this.#until.size < MOST_WAITING) break;
      this.#until.delete(old);
    }
    this.#until.set(nonce, expires);
  }

  has(nonce: string): boolean {
    return this.#until.has(nonce);
  }

  use(nonce: string): void {
    this.#until.delete(nonce);
  }
}
