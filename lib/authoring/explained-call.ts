import type { Call } from '../model/call.ts';
import type { Decision } from '../model/decision.ts';
import { type CheckAnswer, explainCall } from '../policy/explain.ts';
import { type Asked, callAsked } from './asked.ts';
import type { Ground } from './ground.ts';
import { type EffectAndWhy, effectAndWhy, type JudgedAs, judgedAs } from './judged-as.ts';

/** Everything policy has to say of one call. */
export interface ExplainedCall {
  readonly decision: Decision;
  readonly checks: readonly CheckAnswer[];
  readonly effect: EffectAndWhy;
  readonly judged: readonly JudgedAs[];
  /** JSON of what would be forwarded, when it is not what was asked. */
  readonly forwarded: string | undefined;
}

/** Puts a call to every check. */
export async function explainAsked(asked: Asked, ground: Ground, id: string): Promise<ExplainedCall> {
  const { config, policy, book, user } = ground;
  const call = callAsked(asked, config, user, id);
  const { decision, checks } = await explainCall(policy, call);
  return {
    decision,
    checks,
    effect: effectAndWhy(call, config, book),
    judged: judgedNow(call, ground),
    forwarded: forwardedOf(call, decision),
  };
}

/** A condition that cannot be judged denies the call, and here it only hides which arguments its rule would judge. */
function judgedNow(call: Call, { book }: Ground): JudgedAs[] {
  try {
    return judgedAs(call, book);
  } catch {
    return [];
  }
}

function forwardedOf({ params }: Call, { effect, enforced, edits }: Decision): string | undefined {
  if (params === undefined || effect !== 'allow' || !enforced || edits.length === 0) return undefined;
  const edited = edits.reduce((body, edit) => edit.apply(body), params);
  return edited.member('arguments')?.text() ?? edited.text();
}
