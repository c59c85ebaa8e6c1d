import type { Reason } from '../model/decision.ts';

/** Something a rule must judge and cannot; the call is denied with this reason instead of that of a broken check. */
export class Unjudgeable extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason.text);
    this.reason = reason;
  }
}
