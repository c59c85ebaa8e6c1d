import type { Clock } from '../model/clock.ts';

/** Keys with a bucket of their own. Keys beyond share one, so that a flood of keys costs no memory and admits no more. */
const MOST_KEYS = 10_000;
/** Least time between two looks for buckets that are full again, in microseconds. */
const SWEEP_EVERY = 1_000_000;

/**
 * Token buckets of one rule, by the generic cell rate algorithm: of each key only the time is kept at which its
 * bucket will be full again. In any span of `t` milliseconds a key is admitted `burst + t * perSecond / 1000` times at
 * most. Times are whole microseconds and the interval is rounded up, so no sum of fractions ever admits one more.
 */
export class Buckets {
  readonly #clock: Clock;
  /** Microseconds one token takes to come back. */
  readonly #interval: number;
  /** How far ahead of now a bucket may be booked and still hold a token. */
  readonly #ahead: number;
  readonly #mostKeys: number;
  readonly #fullAt = new Map<string, number>();
  /** The bucket of all keys that have none of their own. */
  #sharedFullAt = 0;
  #now = 0;
  #nextSweep = 0;

  constructor(clock: Clock, perSecond: number, burst: number, mostKeys = MOST_KEYS) {
    this.#clock = clock;
    this.#interval = Math.max(1, Math.ceil(1_000_000 / perSecond));
    this.#ahead = this.#interval * (Math.max(1, Math.floor(burst)) - 1);
    this.#mostKeys = mostKeys;
  }

  /** Takes one token of `key`; answers 0 when there was one, else the milliseconds until there is. */
  take(key: string): number {
    const now = this.#time();
    const own = this.#fullAt.get(key);
    const shared = own === undefined && !this.#hasRoom(now);
    const fullAt = Math.max(now, shared ? this.#sharedFullAt : (own ?? 0));
    const early = fullAt - now - this.#ahead;
    if (early > 0) return Math.ceil(early / 1000);
    if (shared) this.#sharedFullAt = fullAt + this.#interval;
    else this.#fullAt.set(key, fullAt + this.#interval);
    return 0;
  }

  /** Whether every bucket is full, so that nothing would be lost by forgetting them. */
  get idle(): boolean {
    const now = this.#time();
    this.#sweep(now);
    return this.#fullAt.size === 0 && this.#sharedFullAt <= now;
  }

  /**
   * Whether a key that has no bucket may get one. Not while the shared one is in use: what the key took there
   * would be forgotten.
   */
  #hasRoom(now: number): boolean {
    if (this.#sharedFullAt > now) return false;
    if (this.#fullAt.size < this.#mostKeys) return true;
    if (now < this.#nextSweep) return false;
    this.#nextSweep = now + SWEEP_EVERY;
    this.#sweep(now);
    return this.#fullAt.size < this.#mostKeys;
  }

  /** A full bucket is the same as none. */
  #sweep(now: number): void {
    for (const [key, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(key);
  }

  /** A clock that goes back is taken to stand still. */
  #time(): number {
    this.#now = Math.max(this.#now, Math.floor(this.#clock.monotonic() * 1000));
    return this.#now;
  }
}
