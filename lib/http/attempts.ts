import type { Clock } from '../model/clock.ts';
import { TokenBucket } from '../model/token-bucket.ts';
import { neighbourhoodOf } from './client-address.ts';

const AT_ONCE = 10;
const PER_SECOND = 0.2;
const MOST_ADDRESSES = 10_000;

/** How often each address may be refused before that is no longer written down, and it may be told to wait. */
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
    const from = neighbourhoodOf(address);
    const bucket = this.#buckets.get(from) ?? new TokenBucket(this.#clock, AT_ONCE, PER_SECOND);
    this.#buckets.delete(from);
    this.#buckets.set(from, bucket);
    if (this.#buckets.size > MOST_ADDRESSES) this.#buckets.delete(this.#buckets.keys().next().value!);
    return bucket.take(1);
  }
}
