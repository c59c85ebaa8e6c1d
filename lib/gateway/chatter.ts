import type { Clock } from '../model/clock.ts';
import { TokenBucket } from '../model/token-bucket.ts';

const BURST = 1000;
const PER_SECOND = 200;

/** How many notifications of one peer are handed on: progress and logs of a backend, progress and roots of a client. */
export class ChatterMeter {
  readonly #bucket: TokenBucket;

  constructor(clock: Clock) {
    this.#bucket = new TokenBucket(clock, BURST, PER_SECOND);
  }

  allows(): boolean {
    return this.#bucket.take(1);
  }
}
