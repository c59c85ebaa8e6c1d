import type { Call } from '../model/call.ts';
import type { Decision, Verdict } from '../model/decision.ts';
import { isPromise, type Later } from '../model/later.ts';
import type { Check } from './check.ts';
import { failed, sound } from './decide.ts';
import { Gathered } from './gathered.ts';
import type { Policy } from './policy.ts';

/** Asks every check that hears them about what a server says without being asked, which `told.params` holds. */
export function decideNotice(policy: Policy, told: Call): Later<Decision> {
  const hearing = policy.checks.filter(({ judge }) => judge.notice !== undefined);
  return heard(hearing, 0, told, new Gathered(policy.enforces(told.resource.backend), undefined));
}

function heard(checks: readonly Check[], from: number, told: Call, gathered: Gathered): Later<Decision> {
  for (let at = from; at < checks.length; at++) {
    const { id } = checks[at]!;
    const verdict = asked(checks[at]!, told);
    if (isPromise(verdict)) {
      const came = verdict.catch((error: unknown) => failed(id, error));
      return came.then((late) =>
        gathered.take(id, sound(late, id)) ? gathered.decision() : heard(checks, at + 1, told, gathered),
      );
    }
    if (gathered.take(id, sound(verdict, id))) break;
  }
  return gathered.decision();
}

function asked({ id, judge }: Check, told: Call): Later<Verdict> {
  try {
    return judge.notice!(told);
  } catch (error) {
    return failed(id, error);
  }
}
