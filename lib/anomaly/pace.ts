const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Calls of the last `length` milliseconds, from two counters: nothing is kept of single calls. */
class SlidingCount {
  readonly #length: number;
  #startedMs = 0;
  #now = 0;
  #before = 0;

  constructor(length: number) {
    this.#length = length;
  }

  /** Calls with the one at `ms`, which is counted when `counts`. A clock that goes backwards begins anew. */
  at(ms: number, counts: boolean): number {
    const age = ms - this.#startedMs;
    let [started, now, before] = [this.#startedMs, this.#now, this.#before];
    if (age < 0 || age >= 2 * this.#length) [started, now, before] = [ms, 0, 0];
    else if (age >= this.#length) [started, now, before] = [started + this.#length, 0, now];
    now++;
    if (counts) [this.#startedMs, this.#now, this.#before] = [started, now, before];
    return now + before * (1 - (ms - started) / this.#length);
  }
}

/** How often one caller calls one tool right now. */
export interface Pace {
  readonly perMinute: number;
  readonly perHour: number;
}

/** What is known of the last hour; it is of this process alone, and not kept. */
export class Pacing {
  readonly #minute = new SlidingCount(MINUTE_MS);
  readonly #hour = new SlidingCount(HOUR_MS);

  at(ms: number, counts: boolean): Pace {
    return { perMinute: this.#minute.at(ms, counts), perHour: this.#hour.at(ms, counts) };
  }
}
