import type { Clock } from '../model/clock.ts';

const BURST = 1000;
const PER_SECOND = 200;

/** How many notifications of one peer are handed on: progress and logs of a backend, progress and roots of a client. */
export class ChatterMeter {
  readonly #clock: Clock;
  #left = BURST;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  allows(): boolean {
    const now = this.#clock.monotonic();
    this.#left = Math.min(BURST, this.#left + ((now - this.#at) / 1000) * PER_SECOND);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
