import type { Later } from './later.ts';

/** One budget of one holder in one period. */
export interface BudgetSlot {
  /** Budget and holder, for example `daily-spend/tenant:platform`. */
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
}

export interface BudgetTake {
  readonly granted: boolean;
  /** Used and reserved in this period, with this reservation when it was granted. */
  readonly used: number;
  /** When the period ends, in milliseconds since 1970. */
  readonly resetsAtMs: number;
}

/** Where budgets are kept, shared by all gateways of one user. Throws or rejects when it cannot be told, which denies. */
export interface BudgetStore {
  /** Reserves `amount` for the call `holder` if it fits under the limit. */
  reserve(slot: BudgetSlot, holder: string, amount: number): Later<BudgetTake>;
  /** Replaces the reservation by what was really used; 0 gives it back. */
  settle(slot: BudgetSlot, holder: string, used: number): Later<void>;
  /** What is used now, reserving nothing. */
  look(slot: BudgetSlot): Later<BudgetTake>;
}
