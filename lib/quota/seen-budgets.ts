import type { BudgetUse } from '../model/budget-use.ts';
import type { Clock } from '../model/clock.ts';
import type { Watcher } from '../model/watcher.ts';

/** Holders of budgets that are remembered; the one told of longest ago goes first. */
const MOST_SEEN = 200;

/** Remembers what each budget was at when a call was counted last, for as long as its period goes on. */
export class SeenBudgets implements Watcher {
  readonly #clock: Clock;
  readonly #seen = new Map<string, BudgetUse>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get seen(): readonly BudgetUse[] {
    const now = this.#clock.now();
    return [...this.#seen.values()].filter(({ resetsAtMs }) => resetsAtMs > now);
  }

  spent(use: BudgetUse): void {
    const key = JSON.stringify([use.budget, use.unit, use.holder]);
    this.#seen.delete(key);
    this.#seen.set(key, use);
    if (this.#seen.size > MOST_SEEN) this.#seen.delete(this.#seen.keys().next().value!);
  }
}
