import type { Clock } from '../lib/model/clock.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5000;

/**
 * When a server that failed may be started again: each failure within the window doubles the delay, and more
 * than `max` of them let it rest until the window has passed (a circuit breaker).
 */
export class RestartPlan {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  #failures: number[] = [];

  constructor({ max, windowMs }: { max: number; windowMs: number }, clock: Clock) {
    this.#max = max;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  failed(): void {
    this.#forget();
    this.#failures.push(this.#clock.monotonic());
  }

  /** Milliseconds it still has to rest; 0 when it may be started. */
  restMs(): number {
    this.#forget();
    if (this.#failures.length <= this.#max) return 0;
    return Math.ceil(this.#failures[0]! + this.#windowMs - this.#clock.monotonic());
  }

  /** Milliseconds to wait before the next start. */
  delayMs(): number {
    this.#forget();
    const count = this.#failures.length;
    if (count === 0) return 0;
    const since = this.#clock.monotonic() - this.#failures[count - 1]!;
    return Math.max(0, Math.min(FIRST_DELAY_MS * 2 ** (count - 1), LONGEST_DELAY_MS) - since);
  }

  #forget(): void {
    const start = this.#clock.monotonic() - this.#windowMs;
    this.#failures = this.#failures.filter((at) => at > start);
  }
}
