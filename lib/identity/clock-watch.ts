import type { Clock } from '../model/clock.ts';
import type { Log } from '../model/log.ts';

/** Clocks that are set right by their network never move so far at once. */
const JUMP_MS = 60_000;

/**
 * Notices that the time of day was set, or that the machine slept: the clock on the wall and the one that only ever grows
 * drift apart. Whoever judges by the time of day looks at it each time they do; it costs less than a microsecond.
 */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Set<(ms: number) => void>();
  #offset: number;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#offset = clock.now() - clock.monotonic();
  }

  /** `then` hears of every jump, in milliseconds; negative ones lead back. Answers how to stop that. */
  onJump(then: (ms: number) => void): () => void {
    this.#listeners.add(then);
    return () => this.#listeners.delete(then);
  }

  /** Whether the time of day has jumped since the last look; it is said once for each jump. */
  look(): boolean {
    const offset = this.#clock.now() - this.#clock.monotonic();
    const ms = offset - this.#offset;
    this.#offset = offset;
    if (Math.abs(ms) <= JUMP_MS) return false;
    this.#log.write('warn', 'clock_jumped', { seconds: Math.round(ms / 1000) });
    for (const then of this.#listeners) then(ms);
    return true;
  }
}
