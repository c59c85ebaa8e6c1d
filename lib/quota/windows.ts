import type { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Clock } from '../model/clock.ts';

/** Keys with a window of their own; keys beyond share one. */
const MOST_KEYS = 10_000;
const SWEEP_EVERY_MS = 1000;
/** No key of a caller looks like it: those begin with the word for whom they count. */
const SHARED = '\0shared';

/** Makes the counter; loaded only where a rule has a window, because a start must not pay for it. */
export async function windowCounter(max: number): Promise<RateLimiterMemory> {
  const { RateLimiterMemory: Counter } = await import('rate-limiter-flexible');
  // With a duration, the counter would forget by the time of day and by timers, which jump and overflow.
  return new Counter({ points: max, duration: 0 });
}

/**
 * Windows of one rule. The window of a key begins with its first call, and the next one with the first call after it
 * has ended; each admits `max`. When windows end is told by the monotonic clock; the counter only counts.
 */
export class Windows {
  readonly #clock: Clock;
  readonly #counter: RateLimiterMemory;
  readonly #ms: number;
  readonly #mostKeys: number;
  readonly #endsAt = new Map<string, number>();
  #now = 0;
  #nextSweep = 0;

  constructor(clock: Clock, counter: RateLimiterMemory, ms: number, mostKeys = MOST_KEYS) {
    this.#clock = clock;
    this.#counter = counter;
    this.#ms = ms;
    this.#mostKeys = mostKeys;
  }

  /** Counts one call of `key`; answers 0 when it fits, else the milliseconds until the window ends. */
  async take(key: string): Promise<number> {
    const now = this.#time();
    const counted = this.#endsAt.has(key) || this.#hasRoom(now) ? key : SHARED;
    let endsAt = this.#endsAt.get(counted);
    if (endsAt === undefined || endsAt <= now) {
      this.#forget(counted);
      endsAt = now + this.#ms;
      this.#endsAt.set(counted, endsAt);
    }
    try {
      // The counter counts before it returns, so that no other call comes between.
      await this.#counter.consume(counted);
      return 0;
    } catch (refused) {
      if (refused instanceof Error) throw refused;
      return Math.max(1, Math.ceil(endsAt - this.#time()));
    }
  }

  /** Whether no window is open, so that nothing would be lost by forgetting them. */
  get idle(): boolean {
    this.#sweep(this.#time());
    return this.#endsAt.size === 0;
  }

  /** A key gets no window of its own while the shared one is open: what it took there would be forgotten. */
  #hasRoom(now: number): boolean {
    if ((this.#endsAt.get(SHARED) ?? 0) > now) return false;
    if (this.#endsAt.size < this.#mostKeys) return true;
    if (now < this.#nextSweep) return false;
    this.#nextSweep = now + SWEEP_EVERY_MS;
    this.#sweep(now);
    return this.#endsAt.size < this.#mostKeys;
  }

  #sweep(now: number): void {
    for (const [key, endsAt] of this.#endsAt) if (endsAt <= now) this.#forget(key);
  }

  #forget(key: string): void {
    this.#endsAt.delete(key);
    void this.#counter.delete(key);
  }

  /** A clock that goes back is taken to stand still. */
  #time(): number {
    this.#now = Math.max(this.#now, this.#clock.monotonic());
    return this.#now;
  }
}
