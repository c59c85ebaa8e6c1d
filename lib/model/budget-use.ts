import type { BudgetUnit } from './rules.ts';

/** How much of a budget one holder has spent, as a call was counted. */
export interface BudgetUse {
  readonly budget: string;
  /** Whose it is, for example `tenant:platform`. */
  readonly holder: string;
  readonly unit: BudgetUnit;
  /** Amount of that unit, with what is reserved. */
  readonly used: number;
  /** Of the limit, with what is reserved: 0.8 is 80 %, and more than 1 is more than there is. */
  readonly share: number;
  /** As much as its `warn_at` says. */
  readonly warns: boolean;
  /** When the period ends, in milliseconds since 1970. */
  readonly resetsAtMs: number;
}
