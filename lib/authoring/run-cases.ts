import type { Effect } from '../model/decision.ts';
import { callAsked } from './asked.ts';
import type { Case } from './case-file.ts';
import { type Coverage, CoverageCount } from './coverage.ts';
import { explainAsked } from './explained-call.ts';
import type { Ground } from './ground.ts';

/** A case whose call is decided otherwise. */
export interface Failure {
  readonly case: Case;
  readonly got: {
    readonly effect: Effect;
    readonly code: string | undefined;
    readonly rule: string | undefined;
    readonly source: string | undefined;
  };
}

export interface CasesRun {
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly coverage: Coverage;
}

/** Puts every case to the policy of the moment it names; `groundAt` compiles one for a time, or for now. */
export async function runCases(
  cases: readonly Case[],
  groundAt: (at: number | undefined) => Promise<Ground>,
): Promise<CasesRun> {
  const grounds = new Map<number | undefined, Promise<Ground>>();
  const failures: Failure[] = [];
  const count = new CoverageCount((await groundAt(undefined)).config);
  for (const [index, one] of cases.entries()) {
    if (!grounds.has(one.at)) grounds.set(one.at, groundAt(one.at));
    const ground = await grounds.get(one.at)!;
    const explained = await explainAsked(one.asked, ground, `case-${index}`);
    count.add(callAsked(one.asked, ground.config, ground.user, `case-${index}`), explained, ground);
    const { decision } = explained;
    const reason = decision.reason ?? decision.wouldDeny;
    const got = { effect: decision.effect, code: reason?.code, rule: reason?.rule, source: reason?.source };
    const fits =
      got.effect === one.expect &&
      (one.code === undefined || got.code === one.code) &&
      (one.rule === undefined || got.rule === one.rule);
    if (!fits) failures.push({ case: one, got });
  }
  return { passed: cases.length - failures.length, failures, coverage: count.result() };
}
