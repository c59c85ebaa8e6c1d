import type { LockoutConfig } from '../model/auth-config.ts';
import type { Clock } from '../model/clock.ts';
import { neighbourhoodOf } from './client-address.ts';

const MOST_ADDRESSES = 10_000;

interface Failures {
  /** When each of them was, the oldest first; no more than are borne. */
  readonly at: number[];
  lockedUntil: number;
}

/** What comes of a failure. */
export interface Verdict {
  /** `counted`, or the one after which no more are listened to, or one of those that come after that. */
  readonly state: 'counted' | 'locking' | 'locked';
  /** For so long this address need not come back. */
  readonly waitMs: number;
}

/**
 * How often each address may fail before it is told to wait, and before its failures are no longer written down one by one.
 * Addresses are counted by their neighbourhood, never by the name a client claims: anybody could claim somebody else's.
 */
export class Attempts {
  readonly #clock: Clock;
  readonly #limits: () => LockoutConfig;
  /** The address that failed last stands last. */
  readonly #failures = new Map<string, Failures>();

  /** `limits` are those of the config in force. */
  constructor(clock: Clock, limits: () => LockoutConfig) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get size(): number {
    return this.#failures.size;
  }

  /** Whether an address is not listened to at this moment. */
  locks(address: string): boolean {
    const failures = this.#failures.get(neighbourhoodOf(address));
    return failures !== undefined && this.#clock.monotonic() < failures.lockedUntil;
  }

  /** Notes a failure. */
  failed(address: string): Verdict {
    const from = neighbourhoodOf(address);
    const failures = this.#failures.get(from) ?? { at: [], lockedUntil: 0 };
    this.#failures.delete(from);
    this.#failures.set(from, failures);
    if (this.#failures.size > MOST_ADDRESSES) this.#failures.delete(this.#failures.keys().next().value!);
    return this.#judge(failures);
  }

  #judge(failures: Failures): Verdict {
    const now = this.#clock.monotonic();
    const { failures: most, windowMs, forMs } = this.#limits();
    if (now < failures.lockedUntil) return { state: 'locked', waitMs: failures.lockedUntil - now };
    const { at } = failures;
    while (at.length > 0 && (now - at[0]! >= windowMs || at.length > most)) at.shift();
    if (at.length < most) {
      at.push(now);
      return { state: 'counted', waitMs: 0 };
    }
    at.length = 0;
    failures.lockedUntil = now + forMs;
    return { state: 'locking', waitMs: forMs };
  }
}
