import type { Clock } from '../model/clock.ts';
import { ByteBudget } from '../wire/budget.ts';

const BEAT_MS = 1000;
/** Bytes all readers together may leave lying. */
const UNREAD_BYTES = 256 * 1024 * 1024;

/** Something that must be looked at now and then while it is open. */
export interface Pulsing {
  /** `now` counts as {@link Pulse.now} does. */
  beat(now: number): void;
}

/** One timer for everything that is open, instead of one for each, and what all of it may hold. */
export class Pulse {
  /** What was written to readers and they have not taken. */
  readonly unread = new ByteBudget(UNREAD_BYTES);
  readonly #clock: Clock;
  readonly #open = new Set<Pulsing>();
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How much is open. */
  get size(): number {
    return this.#open.size;
  }

  now(): number {
    return this.#clock.monotonic();
  }

  /** Whether the time of day `ms`, counted from 1970, is over. */
  isPast(ms: number): boolean {
    return this.#clock.now() >= ms;
  }

  add(one: Pulsing): void {
    this.#open.add(one);
    this.#timer ??= setInterval(() => this.beat(), BEAT_MS).unref();
  }

  remove(one: Pulsing): void {
    this.#open.delete(one);
  }

  /** Looks at everything now. */
  beat(): void {
    const now = this.now();
    for (const one of [...this.#open]) one.beat(now);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
