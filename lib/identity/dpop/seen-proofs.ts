import { createHash } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';

const MOST = 100_000;
/** One key alone cannot take the memory from all others. */
const MOST_PER_KEY = MOST / 2;
/** Proofs are forgotten together with those that end in the same few seconds. */
const SLOT_MS = 5000;

interface Slot {
  readonly digests: string[];
  readonly keys: string[];
}

/** The proofs that were used and could be used again. It counts by time that only grows: a clock set back brings none back. */
export class SeenProofs {
  readonly #clock: Clock;
  readonly #seen = new Set<string>();
  readonly #perKey = new Map<string, number>();
  readonly #slots = new Map<number, Slot>();
  #tidied = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** Notes that a key has used a `jti`, for so long. When there is no room for what still counts, nothing new is taken. */
  use(key: string, jti: string, forMs: number): 'first' | 'again' | 'full' {
    const now = this.#clock.monotonic();
    this.#tidy(now);
    const digest = createHash('sha256').update(`${key} ${jti}`).digest().toString('latin1', 0, 16);
    if (this.#seen.has(digest)) return 'again';
    const own = this.#perKey.get(key) ?? 0;
    if (this.#seen.size >= MOST || own >= MOST_PER_KEY) return 'full';
    const at = Math.floor((now + forMs) / SLOT_MS);
    const slot = this.#slots.get(at) ?? { digests: [], keys: [] };
    this.#slots.set(at, slot);
    slot.digests.push(digest);
    slot.keys.push(key);
    this.#seen.add(digest);
    this.#perKey.set(key, own + 1);
    return 'first';
  }

  #tidy(now: number): void {
    const current = Math.floor(now / SLOT_MS);
    if (current === this.#tidied) return;
    this.#tidied = current;
    for (const [at, { digests, keys }] of this.#slots) {
      if (at >= current) continue;
      this.#slots.delete(at);
      for (const digest of digests) this.#seen.delete(digest);
      for (const key of keys) this.#letGo(key);
    }
  }

  #letGo(key: string): void {
    const left = this.#perKey.get(key)! - 1;
    if (left === 0) this.#perKey.delete(key);
    else this.#perKey.set(key, left);
  }
}
