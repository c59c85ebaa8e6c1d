import type { Pending } from './pending.ts';

/** Servers that follow the protocol never answer a cancelled call, so its slot is freed one day. */
const KEPT_MS = 60_000;
/** Ids of freed calls whose answer may still come, and must not be taken for garbage when it does. */
const MOST_LATE = 1000;

interface Abandoned {
  sinceMs: number;
  /** Newest id the backend had been sent by then. */
  readonly lastSent: number;
}

/**
 * Calls nobody waits for any more. Each keeps its slot until it is answered, or until it has been gone for a minute
 * and the backend has answered something it was sent later: it is not stuck then, and has read the cancellation.
 */
export class AbandonedCalls {
  readonly #calls = new Map<Pending, Abandoned>();
  readonly #late = new Set<number>();
  #wantsSign = false;

  add(pending: Pending, lastSent: number): void {
    this.#calls.set(pending, { sinceMs: 0, lastSent });
  }

  answered(pending: Pending): void {
    this.#calls.delete(pending);
  }

  /** Lets `ms` pass and gives back those that are over; `lastAnswered` is the newest id that was answered. */
  tick(ms: number, lastAnswered: number): Pending[] {
    this.#wantsSign = false;
    const over: Pending[] = [];
    for (const [pending, abandoned] of this.#calls) {
      abandoned.sinceMs += ms;
      if (abandoned.sinceMs < KEPT_MS) continue;
      if (lastAnswered > abandoned.lastSent) over.push(pending);
      else this.#wantsSign = true;
    }
    for (const pending of over) this.#free(pending);
    return over;
  }

  /** Some are old enough, and the backend has answered nothing since. */
  get wantsSign(): boolean {
    return this.#wantsSign;
  }

  /** Whether `id` is that of a freed call, which may be answered late but only once. */
  isLate(id: string | number | undefined): boolean {
    return typeof id === 'number' && this.#late.delete(id);
  }

  #free(pending: Pending): void {
    this.#calls.delete(pending);
    if (this.#late.size >= MOST_LATE) this.#late.delete(this.#late.values().next().value!);
    this.#late.add(pending.id);
  }
}
