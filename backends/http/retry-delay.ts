const FIRST_MS = 1000;
const LEAST_MS = 50;
const LONGEST_MS = 30_000;

/** How long to wait before a stream is taken up again: what its server asks for, and longer after each failure. */
export class RetryDelay {
  failures = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Something came: what went wrong before is over. */
  succeeded(): void {
    this.failures = 0;
  }

  /** Calls `then` after a while, unless it is stopped. */
  later(retryMs: number | undefined, then: () => void): void {
    const wanted = Math.max(LEAST_MS, retryMs ?? FIRST_MS) * 2 ** Math.min(this.failures, 10);
    this.failures++;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, Math.min(wanted, LONGEST_MS));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
