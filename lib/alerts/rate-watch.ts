import type { AlertRule, RateCondition } from '../model/alerts-config.ts';
import type { AlertBook } from './alert-book.ts';
import { compileFilters, type Seen } from './filters.ts';
import { Values } from './values.ts';
import { WindowCount, WindowParts } from './window-count.ts';

interface Rate {
  readonly window: WindowCount;
  /** When it was last seen over the line, while its alert stands. */
  overMs: number | undefined;
}

/**
 * One rule about a rate. It fires when the count within the window goes over the line, and is over when it has been at or
 * below the line for a whole window.
 */
export class RateWatch {
  readonly #rule: AlertRule;
  readonly #condition: RateCondition;
  readonly #book: AlertBook;
  readonly #parts: WindowParts;
  readonly #concerns: ((seen: Seen) => boolean) | undefined;
  readonly #rates: Values<Rate>;
  /** The part in which room was looked for last: not more often than anything can have changed. */
  #roomSought = Number.NEGATIVE_INFINITY;

  constructor(rule: AlertRule, condition: RateCondition, book: AlertBook) {
    this.#rule = rule;
    this.#condition = condition;
    this.#book = book;
    this.#parts = new WindowParts(condition.windowMs);
    this.#concerns = compileFilters(condition.filters);
    this.#rates = new Values(() => ({ window: new WindowCount(this.#parts), overMs: undefined }));
  }

  /** How many values it keeps a count for. */
  get size(): number {
    return this.#rates.size;
  }

  /** `atMs` only ever grows. */
  count(seen: Seen, atMs: number): void {
    if (this.#concerns?.(seen) === false) return;
    const { per, most } = this.#condition;
    const value = per === undefined ? '' : seen[per];
    if (value === undefined) return;
    const part = this.#parts.at(atMs);
    const known = this.#rates.known(value);
    const name = known === undefined ? this.#rates.nameFor(value, () => this.#makeRoom(part)) : value;
    const entry = known ?? this.#rates.at(name);
    const total = entry.window.add(part);
    if (total <= most) return;
    const begins = entry.overMs === undefined;
    entry.overMs = atMs;
    if (begins) this.#book.raise(this.#rule, name, total);
  }

  /** Sees what became of alerts that stand, and forgets what is of no more use. */
  tick(atMs: number): void {
    const part = this.#parts.at(atMs);
    const { most, windowMs } = this.#condition;
    for (const [name, rate] of this.#rates) {
      if (rate.overMs === undefined) continue;
      const total = rate.window.total(part);
      if (total > most) {
        rate.overMs = atMs;
        this.#book.raise(this.#rule, name, total);
      } else if (atMs - rate.overMs >= windowMs) {
        rate.overMs = undefined;
        this.#book.end(this.#rule, name, 'it was not over the line for a whole window');
      }
    }
    this.#rates.forget((rate) => isIdle(rate, part));
  }

  #makeRoom(part: number): void {
    if (part === this.#roomSought) return;
    this.#roomSought = part;
    this.#rates.forget((rate) => isIdle(rate, part));
  }
}

function isIdle({ window, overMs }: Rate, part: number): boolean {
  return overMs === undefined && window.total(part) === 0;
}
