import type { ClockWatch } from '../../lib/identity/clock-watch.ts';
import { type KeySet, type Keys, NoKeys, parseKeys } from '../../lib/identity/tokens/key-set.ts';
import type { TokenIssuer } from '../../lib/model/auth-config.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { Log } from '../../lib/model/log.ts';
import type { Reached } from '../http/addresses.ts';
import { ask } from '../http/asking.ts';

/** Enough for any server that answers at all; a request of a client may wait for it. */
const TIMEOUT_MS = 5000;
/** Whoever sends tokens with names of keys nobody knows must not make us a burden to the issuer. */
const UNKNOWN_KID_MS = 30_000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

export interface KeyUrlGround {
  readonly clock: Clock;
  readonly log: Log;
  readonly watch: ClockWatch;
}

/** Keys an issuer publishes at a URL. They are asked for when somebody needs them and they are due; no timer runs. */
export class KeyUrl implements Keys {
  readonly #from: Reached;
  readonly #issuer: Pick<TokenIssuer, 'issuer' | 'algorithms' | 'refreshMs' | 'graceMs'>;
  readonly #ground: KeyUrlGround;
  readonly #unwatch: () => void;
  #set: KeySet | undefined;
  /** Times on the clock that only grows. */
  #goodAt = Number.NEGATIVE_INFINITY;
  #dueAt = Number.NEGATIVE_INFINITY;
  #unknownAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #asking: Promise<void> | undefined;
  #isClosed = false;

  constructor(from: Reached, issuer: TokenIssuer, ground: KeyUrlGround) {
    this.#from = from;
    this.#issuer = issuer;
    this.#ground = ground;
    // Nobody knows how long it was: the clock that only grows may have stood still in sleep.
    this.#unwatch = ground.watch.onJump(() => {
      this.#dueAt = Number.NEGATIVE_INFINITY;
    });
  }

  get isFailing(): boolean {
    return this.#failures > 0;
  }

  current(): KeySet | undefined {
    if (this.#now >= this.#dueAt) void this.#ask();
    return this.#mayCount() ? this.#set : undefined;
  }

  again(): Promise<void> | undefined {
    if (this.#asking !== undefined) return this.#asking;
    const now = this.#now;
    if (!this.#mayCount()) return now >= this.#dueAt ? this.#ask() : undefined;
    if (now - this.#unknownAt < UNKNOWN_KID_MS) return undefined;
    this.#unknownAt = now;
    return this.#ask();
  }

  close(): void {
    this.#isClosed = true;
    this.#unwatch();
  }

  get #now(): number {
    return this.#ground.clock.monotonic();
  }

  /** Known keys count until they are due, while they are asked for, and for `grace` when they cannot be had. */
  #mayCount(): boolean {
    const age = this.#now - this.#goodAt;
    const { refreshMs, graceMs } = this.#issuer;
    return age < graceMs || (!this.isFailing && age < refreshMs + TIMEOUT_MS);
  }

  /** One question at a time. Never rejects. */
  #ask(): Promise<void> {
    if (this.#asking !== undefined) return this.#asking;
    if (this.#isClosed) return Promise.resolve();
    this.#asking = this.#asked().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #asked(): Promise<void> {
    const { algorithms, refreshMs } = this.#issuer;
    try {
      const text = await ask({ ...this.#from, method: 'GET', headers: {}, timeoutMs: TIMEOUT_MS });
      this.#took(parseKeys(text, algorithms));
      this.#dueAt = this.#now + refreshMs;
    } catch (error) {
      if (error instanceof NoKeys) this.#set = undefined;
      const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, LONGEST_RETRY_MS, refreshMs);
      this.#dueAt = this.#now + wait;
      if (this.#failures > 1) return;
      this.#tell('warn', 'keys_unavailable', { code: 'SP2011', why: (error as Error).message });
    }
  }

  #took(set: KeySet): void {
    if (this.#failures > 0) this.#tell('info', 'keys_back', {});
    if (this.#set === undefined || !this.#set.equals(set)) this.#tell('info', 'keys_changed', { keys: set.size });
    this.#set = set;
    this.#goodAt = this.#now;
    this.#failures = 0;
  }

  #tell(level: 'info' | 'warn', event: string, more: Readonly<Record<string, unknown>>): void {
    this.#ground.log.write(level, event, { issuer: this.#issuer.issuer, jwks_uri: this.#from.url, ...more });
  }
}
