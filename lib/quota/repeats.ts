import type { Clock } from '../model/clock.ts';

const MINUTE_MS = 60_000;
/** Sessions that are remembered, and different calls of one; the oldest are forgotten, which guards less and never more. */
const MOST_SESSIONS = 2000;
const MOST_CALLS = 64;

/** How often a call may come within a minute. */
export interface RepeatLimit {
  /** Without anything else in between. */
  readonly inARow: number;
  readonly inAll: number;
}

interface Seen {
  /** When it came, within the last minute; oldest first. */
  times: number[];
  /** How many of the last times came without anything else in between. */
  inARow: number;
}

interface Session {
  last: string | undefined;
  readonly calls: Map<string, Seen>;
}

/** Which calls sessions have made within the last minute, by digest. */
export class Repeats {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes the call and answers 0, or notes nothing and answers the milliseconds until it is within its limit again. */
  note(id: string, digest: string, limit: RepeatLimit): number {
    const now = this.#clock.monotonic();
    const session = this.#session(id);
    const seen = touch(session.calls, digest, MOST_CALLS, () => ({ times: [], inARow: 0 }));
    seen.times = seen.times.filter((time) => time > now - MINUTE_MS);
    if (session.last !== digest) seen.inARow = 0;
    const { times } = seen;
    const row = Math.min(seen.inARow, times.length);
    const over = Math.max(untilBelow(times, row, limit.inARow), untilBelow(times, times.length, limit.inAll));
    if (over > 0) return Math.max(1, Math.ceil(over + MINUTE_MS - now));
    session.last = digest;
    seen.inARow = row + 1;
    times.push(now);
    return 0;
  }

  /** Something else was done, which is no repetition. */
  interrupt(id: string): void {
    const session = this.#sessions.get(id);
    if (session !== undefined) session.last = undefined;
  }

  #session(id: string): Session {
    return touch(this.#sessions, id, MOST_SESSIONS, () => ({ last: undefined, calls: new Map() }));
  }
}

/** When the call that must be a minute old came, of the last `count` ones; 0 when there are fewer than `most`. */
function untilBelow(times: readonly number[], count: number, most: number): number {
  return count < most ? 0 : times[times.length - most]!;
}

/** The value of `key`, which is then the newest; the oldest one makes room. */
function touch<V>(map: Map<string, V>, key: string, most: number, make: () => V): V {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value!);
  return value;
}
