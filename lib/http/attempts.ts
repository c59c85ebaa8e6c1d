import type { Clock } from '../model/clock.ts';
import { TokenBucket } from '../model/token-bucket.ts';

const AT_ONCE = 10;
const PER_SECOND = 0.2;
const MOST_ADDRESSES = 10_000;

/** How often each address may be refused before it is only told to wait, and no longer written down. */
export class Attempts {
  readonly #clock: Clock;
  /** The address that failed last stands last. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Notes a failure; false when there have been too many. */
  failed(address: string): boolean {
    const bucket = this.#buckets.get(address) ?? new TokenBucket(this.#clock, AT_ONCE, PER_SECOND);
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > MOST_ADDRESSES) this.#buckets.delete(this.#buckets.keys().next().value!);
    return bucket.take(1);
  }
}
