import type { Clock } from './clock.ts';

/** Allows so much at once, and so much more each second. It is full at first. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(clock: Clock, most: number, perSecond: number) {
    this.#clock = clock;
    this.#most = most;
    this.#perSecond = perSecond;
    this.#left = most;
    this.#at = clock.monotonic();
  }

  /** Takes `cost` out, if it is there. */
  take(cost: number): boolean {
    const now = this.#clock.monotonic();
    this.#left = Math.min(this.#most, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }

  fill(): void {
    this.#left = this.#most;
    this.#at = this.#clock.monotonic();
  }
}
