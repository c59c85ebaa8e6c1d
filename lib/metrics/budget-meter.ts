import type { BudgetUse } from '../model/budget-use.ts';
import type { Clock } from '../model/clock.ts';
import type { Watcher } from '../model/watcher.ts';
import { byLabel, type Family, gauge } from './family.ts';

interface Use {
  readonly ratio: number;
  readonly resetsAtMs: number;
}

/** Holders of one budget that are remembered; those that used it longest ago are forgotten first. */
const MOST_HOLDERS = 1000;

/** How much of each budget is used, by whoever has used most of theirs. */
export class BudgetMeter implements Watcher {
  readonly #uses = new Map<string, Map<string, Use>>();
  readonly #clock: Clock;

  /** `names` are those of the config. */
  constructor(names: readonly string[], clock: Clock) {
    this.#clock = clock;
    for (const name of names) this.#uses.set(name, new Map());
  }

  spent({ budget, holder, share, resetsAtMs }: BudgetUse): void {
    const uses = this.#uses.get(budget);
    if (uses === undefined) return;
    uses.delete(holder);
    if (uses.size >= MOST_HOLDERS) uses.delete(uses.keys().next().value!);
    uses.set(holder, { ratio: share, resetsAtMs });
  }

  get families(): readonly Family[] {
    if (this.#uses.size === 0) return [];
    return [
      gauge('sallyport_budget_used_ratio', 'Share of a budget that is used, of the holder with the largest.', () =>
        byLabel(
          'budget',
          [...this.#uses].map(([name, uses]) => [name, this.#largest(uses)] as const),
        ),
      ),
    ];
  }

  #largest(uses: ReadonlyMap<string, Use>): number {
    const now = this.#clock.now();
    let largest = 0;
    for (const { ratio, resetsAtMs } of uses.values()) if (resetsAtMs > now && ratio > largest) largest = ratio;
    return largest;
  }
}
