import type { Call } from '../model/call.ts';
import type { Placed, ToolEffect } from '../model/rules.ts';

/** Whether a `when` holds for a call. Throws when it cannot be told, which denies. */
export type Condition = (call: Call, effect: ToolEffect) => boolean;

/** A `when` that is no sound CEL; the message says why. */
export class ConditionError extends Error {}

/** Compiles a `when`; rejects with a {@link ConditionError}. */
export async function compileCondition(when: Placed<string>): Promise<Condition> {
  throw new ConditionError(`conditions are not known yet: ${when.value}`);
}
