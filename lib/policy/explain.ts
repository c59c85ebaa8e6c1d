import type { Call } from '../model/call.ts';
import type { Decision, Reason, Verdict } from '../model/decision.ts';
import { askCheck, failed, sound } from './decide.ts';
import { Gathered } from './gathered.ts';
import type { Policy } from './policy.ts';

/** What one check says of a call. */
export interface CheckAnswer {
  readonly check: string;
  /** `finding` is a pass with something worth recording, `edit` one that changes what is forwarded. */
  readonly verdict: 'pass' | 'finding' | 'edit' | 'require_approval' | 'deny';
  /** Why it denies or asks. */
  readonly reason: Reason | undefined;
  readonly edits: readonly string[];
  readonly findings: readonly string[];
}

export interface Explanation {
  /** What would happen to the call. */
  readonly decision: Decision;
  /** Every check, in the order they are asked. */
  readonly checks: readonly CheckAnswer[];
}

/**
 * Asks every check, also those after a denial. It consumes what the state of `policy` consumes, so that is to be an
 * {@link explainingState}.
 */
export async function explainCall(policy: Policy, call: Call): Promise<Explanation> {
  const gathered = new Gathered(policy.enforces(call.resource.backend), undefined);
  const checks: CheckAnswer[] = [];
  for (const check of policy.checks) {
    const asked = Promise.resolve(askCheck(check, call, undefined));
    const verdict = sound(await asked.catch(() => failed(check.id)), check.id);
    gathered.take(check.id, verdict);
    checks.push(answerOf(check.id, verdict));
  }
  return { decision: gathered.decision(), checks };
}

function answerOf(check: string, verdict: Verdict): CheckAnswer {
  if (!verdict.pass) return { check, verdict: 'deny', reason: verdict.reason, edits: [], findings: [] };
  const { approval, edits = [], findings = [] } = verdict;
  const said = edits.length > 0 ? 'edit' : findings.length > 0 ? 'finding' : 'pass';
  return {
    check,
    verdict: approval === undefined ? said : 'require_approval',
    reason: approval,
    edits: edits.map(({ name }) => name),
    findings,
  };
}
