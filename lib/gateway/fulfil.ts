import type { Call } from '../model/call.ts';
import type { Decision, Duty, Reason } from '../model/decision.ts';
import { isPromise, type Later } from '../model/later.ts';

/**
 * Does what the decision asks to be done first. A duty that fails turns the decision into a denial, and so
 * does an agreement nobody was asked for; in observe mode as well, because these are not checks.
 */
export function fulfil(call: Call, decision: Decision): Later<Decision> {
  if (decision.effect === 'require_approval') {
    const { retry: _never, ...reason } = decision.reason!;
    return refused(decision, { ...reason, code: 'SP6003' });
  }
  if (decision.effect === 'deny' || decision.duties.length === 0) return decision;
  return performAll(call, decision, 0);
}

function performAll(call: Call, decision: Decision, from: number): Later<Decision> {
  for (let at = from; at < decision.duties.length; at++) {
    const duty = decision.duties[at]!;
    try {
      const performed = duty.perform(call);
      if (isPromise(performed)) {
        return performed.then(
          () => performAll(call, decision, at + 1),
          () => refused(decision, unmet(duty)),
        );
      }
    } catch {
      return refused(decision, unmet(duty));
    }
  }
  return decision;
}

function unmet(duty: Duty): Reason {
  return { code: 'SP3004', text: 'something that had to be done first failed', rule: `duty ${duty.name}` };
}

function refused(decision: Decision, reason: Reason): Decision {
  return { ...decision, effect: 'deny', reason, enforced: true };
}
