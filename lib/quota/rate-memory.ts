import type { Later } from '../model/later.ts';
import type { RateRule } from '../model/rules.ts';

/** Counts calls against rates, by rule and by whom they count for. */
export interface RateMemory {
  /** Takes one token of `key`; answers 0 when there was one, else the milliseconds until there is. */
  take(rule: RateRule, key: string): Later<number>;
}
