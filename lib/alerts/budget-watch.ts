import type { AlertRule, BudgetCondition } from '../model/alerts-config.ts';
import type { BudgetUse } from '../model/budget-use.ts';
import type { AlertBook } from './alert-book.ts';
import { Values } from './values.ts';

interface Period {
  resetsAtMs: number;
}

/** One rule about how much of a budget is spent, for each who has one. It is over with the period. */
export class BudgetWatch {
  readonly #rule: AlertRule;
  readonly #condition: BudgetCondition;
  readonly #book: AlertBook;
  readonly #periods = new Values<Period>(() => ({ resetsAtMs: 0 }));

  constructor(rule: AlertRule, condition: BudgetCondition, book: AlertBook) {
    this.#rule = rule;
    this.#condition = condition;
    this.#book = book;
  }

  /** `now` is the time of day, as periods are. */
  spent({ budget, holder, share, resetsAtMs }: BudgetUse, now: number): void {
    const { budget: wanted, share: line } = this.#condition;
    if (share < line || (wanted !== undefined && wanted !== budget)) return;
    const value = `${budget} ${holder}`;
    const known = this.#periods.known(value);
    const name = known === undefined ? this.#periods.nameFor(value, () => this.tick(now)) : value;
    const entry = this.#periods.at(name);
    if (entry.resetsAtMs === resetsAtMs) return;
    // The period before is over, whether a tick has seen it or not.
    if (entry.resetsAtMs > 0 && entry.resetsAtMs <= now) this.#book.end(this.#rule, name, 'a new period began');
    entry.resetsAtMs = Math.max(entry.resetsAtMs, resetsAtMs);
    this.#book.raise(this.#rule, name, Math.floor(share * 100));
  }

  tick(now: number): void {
    for (const [name, { resetsAtMs }] of this.#periods)
      if (resetsAtMs <= now) this.#book.end(this.#rule, name, 'a new period began');
    this.#periods.forget(({ resetsAtMs }) => resetsAtMs <= now);
  }
}
