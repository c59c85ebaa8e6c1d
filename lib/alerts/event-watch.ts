import type { AlertRule, EventCondition } from '../model/alerts-config.ts';
import { ENDED_BY } from '../model/audit-events.ts';
import type { AlertBook } from './alert-book.ts';
import { compileFilters, type Seen } from './filters.ts';
import { Values } from './values.ts';

/** What has ended must not begin again for so long: what comes and goes all the time is one alert. */
const SETTLE_MS = 30_000;

interface Lasting {
  times: number;
  lastMs: number;
  /** When it was ended by what is its opposite. */
  endedMs: number | undefined;
}

/** One rule about something that happens, for each backend it happens to. */
export class EventWatch {
  readonly event: string;
  /** The event that ends it. */
  readonly opposite: string | undefined;
  readonly #rule: AlertRule;
  readonly #book: AlertBook;
  readonly #concerns: ((seen: Seen) => boolean) | undefined;
  readonly #lasting = new Values<Lasting>(() => ({ times: 0, lastMs: 0, endedMs: undefined }));

  constructor(rule: AlertRule, condition: EventCondition, book: AlertBook) {
    this.#rule = rule;
    this.#book = book;
    this.event = condition.event;
    this.opposite = ENDED_BY[condition.event];
    this.#concerns = compileFilters(condition.filters);
  }

  happened(seen: Seen, detail: string | undefined, atMs: number): void {
    if (this.#concerns?.(seen) === false) return;
    const value = seen.backend ?? '';
    const name = this.#lasting.known(value) === undefined ? this.#lasting.nameFor(value, () => {}) : value;
    const entry = this.#lasting.at(name);
    entry.times++;
    entry.lastMs = atMs;
    entry.endedMs = undefined;
    this.#book.raise(this.#rule, name, entry.times, detail);
  }

  /** The opposite happened: to one backend, or to everything. */
  ended(seen: Seen, atMs: number): void {
    const lasting = this.#lasting.known(seen.backend ?? '');
    if (lasting !== undefined) lasting.endedMs ??= atMs;
  }

  tick(atMs: number): void {
    const { resolveAfterMs } = this.#rule;
    const settleMs = Math.min(SETTLE_MS, resolveAfterMs ?? SETTLE_MS);
    for (const [name, { lastMs, endedMs, times }] of this.#lasting) {
      if (endedMs !== undefined && atMs - endedMs >= settleMs)
        this.#book.end(this.#rule, name, `${this.opposite} followed`);
      else if (resolveAfterMs !== undefined && atMs - lastMs >= resolveAfterMs)
        this.#book.end(this.#rule, name, 'it did not happen again');
      else if (resolveAfterMs === undefined && endedMs === undefined) this.#book.raise(this.#rule, name, times);
    }
    this.#lasting.forget((_lasting, name) => !this.#book.stands(this.#rule, name));
  }
}
