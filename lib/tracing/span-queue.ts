import type { Log } from '../model/log.ts';
import type { FinishedSpan, SpanCounts } from './span-sink.ts';

export interface SpanQueueOptions {
  /** Spans that may wait; more are dropped, the newest first. */
  readonly most: number;
  /** Spans of one request to the collector, which are put into words in one piece. */
  readonly atOnce: number;
  readonly everyMs: number;
  /** How long is waited at the end. */
  readonly lastMs: number;
  /** Rejects when the collector did not take them. */
  send(spans: readonly FinishedSpan[]): Promise<void>;
  readonly log: Log;
  readonly now: () => number;
}

const MS_BETWEEN_NEWS = 60_000;

/** Spans on their way to a collector: bounded, one request at a time, and nobody waits for it. What is lost is counted. */
export class SpanQueue {
  readonly #options: SpanQueueOptions;
  #waiting: FinishedSpan[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #sent = 0;
  #dropped = 0;
  #failed = 0;
  #onTheWay = 0;
  #toldMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: SpanQueueOptions) {
    this.#options = options;
  }

  get counts(): SpanCounts {
    const queued = this.#waiting.length + this.#onTheWay;
    return { sent: this.#sent, dropped: this.#dropped, failed: this.#failed, queued };
  }

  put(span: FinishedSpan): void {
    const { most, atOnce, everyMs } = this.#options;
    if (this.#closed || this.#waiting.length + this.#onTheWay >= most) {
      this.#dropped++;
      return this.#tell('the collector is too slow');
    }
    this.#waiting.push(span);
    if (this.#waiting.length >= atOnce) this.#soon(0);
    else this.#soon(everyMs);
  }

  /** Sends what waits; resolves when all of it was taken or lost. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#sending !== undefined) {
      this.#begin();
      await this.#sending;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#options.lastMs);
    });
    await Promise.race([this.flush(), late]);
    clearTimeout(timer);
    const left = this.#waiting.splice(0).length + this.#onTheWay;
    this.#onTheWay = 0;
    this.#failed += left;
    if (left > 0) this.#options.log.write('warn', 'spans_lost', { ...this.counts, why: 'the gateway has ended' });
  }

  #soon(ms: number): void {
    if (this.#sending !== undefined || (this.#timer !== undefined && ms > 0)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begin(), ms);
    this.#timer.unref();
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending !== undefined || this.#waiting.length === 0) return;
    const batch = this.#waiting.splice(0, this.#options.atOnce);
    this.#onTheWay = batch.length;
    this.#sending = this.#send(batch).finally(() => {
      this.#onTheWay = 0;
      this.#sending = undefined;
      if (this.#waiting.length > 0 && !this.#closed)
        this.#soon(this.#waiting.length >= this.#options.atOnce ? 0 : this.#options.everyMs);
    });
  }

  async #send(batch: readonly FinishedSpan[]): Promise<void> {
    try {
      await this.#options.send(batch);
      // What was given up at the end is not counted twice.
      this.#sent += Math.min(batch.length, this.#onTheWay);
    } catch (error) {
      this.#failed += Math.min(batch.length, this.#onTheWay);
      this.#tell((error as Error)?.message ?? String(error));
    }
  }

  #tell(why: string): void {
    const now = this.#options.now();
    if (now - this.#toldMs < MS_BETWEEN_NEWS) return;
    this.#toldMs = now;
    this.#options.log.write('warn', 'spans_lost', { ...this.counts, why });
  }
}
