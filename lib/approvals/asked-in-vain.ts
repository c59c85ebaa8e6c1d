import type { Clock } from '../model/clock.ts';
import type { Bindings } from './grant.ts';

type Asker = Pick<Bindings, 'account' | 'client'>;

const WINDOW_MS = 10 * 60_000;
/** Twice as many as may wait at a time. */
const MOST_IN_VAIN = 64;
const MOST_CLIENTS = 1000;

/**
 * How many questions of each client lately ended with nobody agreeing: refused, run out, or taken back. Whoever is asked too
 * often agrees to anything, so that a client which only has questions put is not allowed to put more for a while.
 */
export class AskedInVain {
  readonly #times = new Map<string, number[]>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(asker: Asker): void {
    const client = keyOf(asker);
    const times = this.#recent(client);
    times.push(this.#clock.monotonic());
    this.#times.delete(client);
    this.#times.set(client, times.slice(-MOST_IN_VAIN));
    if (this.#times.size > MOST_CLIENTS) this.#times.delete(this.#times.keys().next().value!);
  }

  isTooOften(asker: Asker): boolean {
    return this.#recent(keyOf(asker)).length >= MOST_IN_VAIN;
  }

  #recent(client: string): number[] {
    const since = this.#clock.monotonic() - WINDOW_MS;
    return (this.#times.get(client) ?? []).filter((at) => at > since);
  }
}

function keyOf({ account, client }: Asker): string {
  return JSON.stringify([account, client]);
}
