import type { Done, RefusedFrame } from './audit.ts';
import type { BudgetUse } from './budget-use.ts';
import type { Call } from './call.ts';
import type { Decision, Reason } from './decision.ts';

export type Unasked = Omit<Call, 'facts' | 'args' | 'params'>;

/**
 * Hears of everything that goes into the log, when it is noted there: for metrics, traces, alerts and a live view. It must
 * not wait for anything, and what it throws is its own loss.
 */
export interface Watcher {
  called?(call: Call, decision: Decision): void;
  ended?(call: Call, done: Done): void;
  /** A request refused before policy was asked, which is an event as well. */
  unasked?(call: Unasked, reason: Reason): void;
  refused?(frame: RefusedFrame): void;
  event?(event: string, fields: Readonly<Record<string, unknown>>): void;
  /** A call was counted against a budget. */
  spent?(use: BudgetUse): void;
}
