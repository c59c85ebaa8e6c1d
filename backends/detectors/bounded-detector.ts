import type { Clock } from '../../lib/model/clock.ts';
import type { Detector, DetectorCounts } from '../../lib/model/detector.ts';
import type { Channel } from '../../lib/model/inspection.ts';
import { Breaker } from './breaker.ts';
import type { DetectorTally } from './detector-tally.ts';
import { Places } from './places.ts';
import type { Scorer } from './scorer.ts';

export interface DetectorOptions {
  readonly name: string;
  readonly channels: readonly Channel[];
  readonly onError: 'ignore' | 'deny';
  /** From the question to the answer, waiting for a place included. */
  readonly timeoutMs: number;
  /** Questions under way at a time. */
  readonly atOnce: number;
  readonly clock: Clock;
  /** What is tally of how it does. */
  readonly tally: DetectorTally;
}

/** Questions that wait for a place; more than these fail at once. */
const MOST_WAITING = 64;

/**
 * A scorer with bounds around it: each question is answered in time or fails, few are under way at once, and one that
 * only fails is left alone for a while.
 */
export class BoundedDetector implements Detector {
  readonly name: string;
  readonly channels: readonly Channel[];
  readonly onError: 'ignore' | 'deny';
  readonly #scorer: Scorer;
  readonly #timeoutMs: number;
  readonly #places: Places;
  readonly #breaker: Breaker;
  readonly #tally: DetectorTally;
  readonly #open = new Set<(why: Error) => void>();
  #isClosed = false;

  constructor(scorer: Scorer, { name, channels, onError, timeoutMs, atOnce, clock, tally }: DetectorOptions) {
    this.name = name;
    this.channels = channels;
    this.onError = onError;
    this.#scorer = scorer;
    this.#timeoutMs = timeoutMs;
    this.#places = new Places(atOnce, MOST_WAITING);
    this.#breaker = new Breaker(clock);
    this.#tally = tally;
  }

  get counts(): DetectorCounts {
    return this.#tally.counts;
  }

  score(text: string, channel: Channel, suspicious: readonly string[] = []): Promise<number> {
    if (this.#isClosed) return Promise.reject(new Error('it is closed'));
    if (!this.#breaker.admits()) {
      this.#tally.leftAlone();
      return Promise.reject(new Error('it has failed too often and is left alone for a while'));
    }
    this.#tally.asked();
    return new Promise((resolve, reject) => {
      const stop = new AbortController();
      let isOver = false;
      const over = (): boolean => {
        if (isOver) return false;
        isOver = true;
        clearTimeout(timer);
        this.#open.delete(give);
        return true;
      };
      const fail = (why: Error, kind: 'failed' | 'late') => {
        if (!over()) return;
        stopWaiting?.();
        stop.abort();
        this.#failed(why, kind);
        reject(why);
      };
      const give = (why: Error) => fail(why, 'failed');
      const timer = setTimeout(() => fail(new Error(`took more than ${this.#timeoutMs} ms`), 'late'), this.#timeoutMs);
      this.#open.add(give);
      let stopWaiting: (() => void) | undefined;
      stopWaiting = this.#places.take(() => {
        const asked = this.#ask(text, channel, suspicious, stop.signal);
        // Its place is free when it is done, which may be long after nobody waits for it any more.
        asked.finally(() => this.#places.leave()).catch(() => {});
        asked.then((score) => {
          if (!over()) return;
          if (this.#breaker.succeeded()) this.#tally.isBack();
          resolve(score);
        }, give);
      });
      if (stopWaiting === undefined) give(new Error('too many texts wait for it'));
    });
  }

  warm(): void {
    if (!this.#isClosed) this.#scorer.warm?.();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const give of [...this.#open]) give(new Error('it is closed'));
    this.#tally.ended();
    await this.#scorer.close();
  }

  async #ask(text: string, channel: Channel, suspicious: readonly string[], signal: AbortSignal): Promise<number> {
    const score = await this.#scorer.score({ text, channel, suspicious, signal });
    if (!(score >= 0 && score <= 1)) throw new Error('answered with a score that is not from 0 to 1');
    return score;
  }

  #failed(why: Error, kind: 'failed' | 'late'): void {
    const restMs = this.#breaker.failed();
    if (this.#isClosed) return;
    this.#tally.failed(why, kind);
    if (restMs !== undefined) this.#tally.rests(restMs, why);
  }
}
