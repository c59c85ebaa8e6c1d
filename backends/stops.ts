import type { Clock } from '../lib/model/clock.ts';
import type { Stop, Stops } from '../lib/model/stops.ts';
import { readStops } from './stop-files.ts';

/** A stop is seen this much later at the latest. */
const FRESH_MS = 100;
/** How often it is looked for while no call asks, so that the log tells of it. */
const WATCH_MS = 1000;

/** Hears of each stop that is new, and of each that was lifted. */
export type StopNews = (stop: Stop, inForce: boolean) => void;

/** The kill switch as every gateway of the user sees it: the folder is read anew when what is known is a moment old. */
export class StopFolder implements Stops {
  readonly #dir: string;
  readonly #clock: Clock;
  #news: StopNews = () => {};
  #known: readonly Stop[] = [];
  #readAt = -Infinity;
  #watch: NodeJS.Timeout | undefined;

  constructor(dir: string, clock: Clock) {
    this.#dir = dir;
    this.#clock = clock;
  }

  stopping(backend: string): Stop | undefined {
    const now = this.#clock.monotonic();
    if (now - this.#readAt >= FRESH_MS) this.#read(now);
    if (this.#known.length === 0) return undefined;
    return this.#known.find((stop) => stop.backend === undefined || stop.backend === backend);
  }

  /** Tells of what changes and goes on looking by itself, without keeping the process alive. */
  watch(news: StopNews): void {
    this.#news = news;
    this.#watch ??= setInterval(() => {
      try {
        this.stopping('');
      } catch {
        // The next call is told.
      }
    }, WATCH_MS).unref();
  }

  close(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  /** What cannot be read is not remembered as read, so every call is denied until it can. */
  #read(now: number): void {
    const stops = readStops(this.#dir);
    this.#readAt = now;
    const before = this.#known;
    this.#known = stops;
    for (const stop of stops) if (!before.some((old) => isSame(old, stop))) this.#news(stop, true);
    for (const old of before) if (!stops.some((stop) => isSame(old, stop))) this.#news(old, false);
  }
}

function isSame(a: Stop, b: Stop): boolean {
  return a.backend === b.backend && a.sinceMs === b.sinceMs && a.by === b.by && a.why === b.why;
}
