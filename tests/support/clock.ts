import type { Clock } from '../../lib/model/clock.ts';

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #ms = 1_000_000;

  now(): number {
    return this.#ms;
  }

  monotonic(): number {
    return this.#ms;
  }

  pass(ms: number): void {
    this.#ms += ms;
  }
}
