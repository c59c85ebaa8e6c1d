import type { Clock } from '../../lib/model/clock.ts';

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #ms = 1_000_000;
  #offset = 0;

  now(): number {
    return this.#ms + this.#offset;
  }

  monotonic(): number {
    return this.#ms;
  }

  pass(ms: number): void {
    this.#ms += ms;
  }

  /** Sets the time of day forward or back; no time passes. */
  jump(ms: number): void {
    this.#offset += ms;
  }
}
