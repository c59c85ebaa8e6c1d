import type { After } from '../../lib/model/after.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { Log } from '../../lib/model/log.ts';
import type { Notice, Notifier } from '../../lib/model/notice.ts';
import { NotTaken, type Sink } from './sink.ts';

/** Notices that wait for one sink. */
const MOST_WAITING = 1000;
/** A notice that nobody has taken for so long is given up. */
const MOST_AGE_MS = 3_600_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** One failure after another is the same news; the counts say how many there were. */
const MS_BETWEEN_LINES = 60_000;
/** Of what is given up at the end, as many are named. */
const MOST_NAMED = 10;

/** What became of the notices of one sink since the start. */
export interface DeliveryCounts {
  readonly told: number;
  readonly sent: number;
  /** Attempts that were not taken. */
  readonly failed: number;
  /** Came while as many waited as may. */
  readonly dropped: number;
  /** Came while nobody would have heard of them. */
  readonly unheard: number;
  /** Grew too old, were refused for good, or were left when the gateway ended. */
  readonly givenUp: number;
  readonly waiting: number;
}

export interface DeliveriesGround {
  readonly clock: Clock;
  readonly after: After;
  readonly log: Log;
  /** From 0 to 1. */
  random(): number;
}

interface Item {
  readonly notice: Notice;
  readonly sinceMs: number;
  attempts: number;
  notBeforeMs: number;
}

/**
 * Brings notices to one sink, one at a time and again until they are taken. Those of one key keep their order, so that what
 * is over is never told before it began; one that is not taken keeps no other back, unless the sink takes none at all.
 */
export class Deliveries implements Notifier {
  readonly #sink: Sink;
  readonly #ground: DeliveriesGround;
  readonly #counts = { told: 0, sent: 0, failed: 0, dropped: 0, unheard: 0, givenUp: 0 };
  #waiting: Item[] = [];
  #isSending = false;
  #notBeforeMs = 0;
  #outages = 0;
  #lineAtMs = new Map<string, number>();
  #wake: (() => void) | undefined;
  #looksSoon = false;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #emptied: (() => void) | undefined;

  constructor(sink: Sink, ground: DeliveriesGround) {
    this.#sink = sink;
    this.#ground = ground;
  }

  get name(): string {
    return this.#sink.name;
  }

  get isReachable(): boolean {
    return this.#state === 'open' && this.#sink.isReachable;
  }

  get counts(): DeliveryCounts {
    return { ...this.#counts, waiting: this.#waiting.length };
  }

  /** Only puts it into the queue. */
  tell(notice: Notice): void {
    if (this.#state !== 'open' || !this.#sink.takes(notice)) return;
    this.#counts.told++;
    if (!this.#sink.isReachable) {
      this.#counts.unheard++;
      return;
    }
    if (this.#waiting.length >= MOST_WAITING) {
      this.#counts.dropped++;
      this.#say('notices_dropped', { code: 'SP7031' });
      return;
    }
    this.#waiting.push({ notice, sinceMs: this.#now(), attempts: 0, notBeforeMs: 0 });
    if (this.#isSending || this.#looksSoon) return;
    this.#looksSoon = true;
    this.#wakeIn(0);
  }

  /** Brings what waits, each once more, within the time there is; what is left is said in the log. */
  async close(withinMs: number): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#notBeforeMs = 0;
    for (const item of this.#waiting) item.notBeforeMs = 0;
    if (this.#waiting.length > 0) {
      await new Promise<void>((resolve) => {
        const end = this.#ground.after(withinMs, resolve);
        this.#emptied = () => {
          end();
          resolve();
        };
        this.#look();
      });
    }
    this.#state = 'closed';
    this.#wake?.();
    const left = this.#waiting;
    this.#waiting = [];
    if (left.length === 0) return;
    this.#counts.givenUp += left.length;
    const notices = left.slice(0, MOST_NAMED).map(({ notice }) => notice.title);
    this.#ground.log.write('error', 'notices_not_delivered', {
      code: 'SP7030',
      sink: this.name,
      count: left.length,
      notices,
      why: 'the gateway ended',
    });
  }

  #look(): void {
    this.#wake?.();
    this.#wake = undefined;
    this.#looksSoon = false;
    if (this.#state === 'closed' || this.#isSending) return;
    this.#giveUpOld();
    if (this.#waiting.length === 0) return this.#emptied?.();
    const next = this.#now() < this.#notBeforeMs ? undefined : this.#ready();
    if (next !== undefined) void this.#send(next);
    else if (this.#state === 'closing') this.#emptied?.();
    else this.#wakeIn(this.#untilSomething());
  }

  async #send(item: Item): Promise<void> {
    this.#isSending = true;
    item.attempts++;
    try {
      await this.#sink.send(item.notice);
      this.#sent(item);
    } catch (error) {
      this.#failed(item, error instanceof NotTaken ? error : new NotTaken((error as Error).name));
    }
    this.#isSending = false;
    this.#look();
  }

  #sent(item: Item): void {
    if (this.#state === 'closed') return;
    this.#counts.sent++;
    this.#remove(item);
    if (this.#lineAtMs.delete('notice_failed'))
      this.#ground.log.write('info', 'sink_back', { sink: this.name, ...this.counts });
    this.#outages = 0;
    this.#notBeforeMs = 0;
  }

  #failed(item: Item, why: NotTaken): void {
    this.#counts.failed++;
    if (this.#state === 'closed') return;
    if (why.isFinal) return this.#giveUp(item, why.message);
    this.#say('notice_failed', { code: 'SP7030', why: why.message });
    // At the end each is tried once more, and what is not taken is left for the last line.
    if (this.#state === 'closing') {
      item.notBeforeMs = Number.POSITIVE_INFINITY;
      return;
    }
    const asked = why.retryAfterMs ?? 0;
    if (why.isOutage || asked > 0) {
      this.#outages++;
      this.#notBeforeMs = this.#now() + Math.max(asked, this.#pause(this.#outages));
    } else item.notBeforeMs = this.#now() + this.#pause(item.attempts);
  }

  /** The first that may be tried now, and before which nothing of its key waits. */
  #ready(): Item | undefined {
    const now = this.#now();
    const keys = new Set<string>();
    for (const item of this.#waiting) {
      if (item.notBeforeMs <= now && !keys.has(item.notice.key)) return item;
      keys.add(item.notice.key);
    }
    return undefined;
  }

  #giveUpOld(): void {
    const { clock } = this.#ground;
    const [now, today] = [this.#now(), clock.now()];
    for (const item of this.#waiting) {
      const { untilMs } = item.notice;
      if (now - item.sinceMs >= MOST_AGE_MS) this.#giveUp(item, 'nobody took it in time');
      else if (untilMs !== undefined && today >= untilMs) this.#giveUp(item, 'it is of no use any more');
    }
  }

  #giveUp(item: Item, why: string): void {
    this.#remove(item);
    this.#counts.givenUp++;
    const { title, id } = item.notice;
    this.#ground.log.write('error', 'notice_given_up', {
      code: 'SP7030',
      sink: this.name,
      notice: title,
      id,
      attempts: item.attempts,
      why,
    });
  }

  #remove(item: Item): void {
    this.#waiting = this.#waiting.filter((one) => one !== item);
  }

  #untilSomething(): number {
    const now = this.#now();
    const today = this.#ground.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { notBeforeMs, sinceMs, notice } of this.#waiting) {
      const tooOld = Math.min(sinceMs + MOST_AGE_MS - now, (notice.untilMs ?? Number.POSITIVE_INFINITY) - today);
      next = Math.min(next, tooOld, Math.max(notBeforeMs, this.#notBeforeMs) - now);
    }
    return Math.max(1, next);
  }

  #wakeIn(ms: number): void {
    this.#wake?.();
    this.#wake = this.#ground.after(ms, () => {
      this.#wake = undefined;
      this.#look();
    });
  }

  /** Longer with each failure, and never the same for all who were turned away together. */
  #pause(failures: number): number {
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20));
    return longest * (0.5 + this.#ground.random() / 2);
  }

  #say(event: string, fields: Readonly<Record<string, unknown>>): void {
    const now = this.#now();
    const before = this.#lineAtMs.get(event);
    if (before !== undefined && now - before < MS_BETWEEN_LINES) return;
    this.#lineAtMs.set(event, now);
    this.#ground.log.write('warn', event, { sink: this.name, ...fields, ...this.counts });
  }

  #now(): number {
    return this.#ground.clock.monotonic();
  }
}
