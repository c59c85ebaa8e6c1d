import type { Clock } from '../../model/clock.ts';

/** Clocks are set right by their network in steps smaller than this; proofs are remembered for that much longer. */
export const STEP_MS = 1000;

/**
 * Knows of which proofs nobody here can tell whether they were used: those made before this process began, and all of them for
 * a while after the time of day was set back, since ones that were forgotten as too old could be young again. They count with
 * a nonce of this process, which no earlier one has seen.
 */
export class Doubt {
  readonly #clock: Clock;
  readonly #wasSetBack: () => void;
  readonly #beganMs: number;
  /** By how much the time of day is ahead of the clock that only grows; the furthest that it was. */
  #ahead: number;
  /** Until then, by the time of day, what was used before it was set back could pass for fresh. */
  #untilMs = Number.NEGATIVE_INFINITY;

  /** `wasSetBack` hears of it each time: nonces of before could be in proofs that are forgotten. */
  constructor(clock: Clock, wasSetBack: () => void) {
    this.#clock = clock;
    this.#wasSetBack = wasSetBack;
    this.#beganMs = clock.now();
    this.#ahead = this.#beganMs - clock.monotonic();
  }

  /** Whether every proof needs a nonce now; a proof may be `windowMs` old, and as far ahead. */
  ofAll(windowMs: number): boolean {
    const now = this.#clock.now();
    const ahead = now - this.#clock.monotonic();
    const back = this.#ahead - ahead;
    if (back < 0 || back > STEP_MS) this.#ahead = ahead;
    if (back > STEP_MS) {
      this.#untilMs = Math.max(this.#untilMs, now + back + 2 * windowMs);
      this.#wasSetBack();
    }
    return now < this.#untilMs;
  }

  /** Whether a proof made in this second since 1970 may have been used before this process began. */
  ofOne(iat: number): boolean {
    return iat < Math.floor(this.#beganMs / 1000);
  }
}
