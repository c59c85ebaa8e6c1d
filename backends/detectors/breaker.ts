import type { Clock } from '../../lib/model/clock.ts';

/** So many failures in a row, and it rests. */
const MOST_FAILURES = 5;
const FIRST_REST_MS = 5000;
const LONGEST_REST_MS = 60_000;

/** Keeps from asking what only fails: it rests, then one question is let through, and what becomes of that decides. */
export class Breaker {
  readonly #clock: Clock;
  #failures = 0;
  #restMs = FIRST_REST_MS;
  #restsUntil = 0;
  #isTrying = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it may be asked now; then {@link succeeded} or {@link failed} must follow. */
  admits(): boolean {
    if (this.#failures < MOST_FAILURES) return true;
    if (this.#isTrying || this.#clock.monotonic() < this.#restsUntil) return false;
    this.#isTrying = true;
    return true;
  }

  /** True when it had rested before. */
  succeeded(): boolean {
    const rested = this.#failures >= MOST_FAILURES;
    this.#failures = 0;
    this.#restMs = FIRST_REST_MS;
    this.#isTrying = false;
    return rested;
  }

  /** How many milliseconds it rests from now on; undefined when it does not. */
  failed(): number | undefined {
    this.#failures++;
    if (this.#failures < MOST_FAILURES) return undefined;
    // What was under way when the rest began failed for the same reason, and makes it no longer.
    if (this.#failures > MOST_FAILURES && !this.#isTrying) return undefined;
    this.#isTrying = false;
    const restMs = this.#restMs;
    this.#restsUntil = this.#clock.monotonic() + restMs;
    this.#restMs = Math.min(2 * restMs, LONGEST_REST_MS);
    return restMs;
  }
}
