import type { AskAgain, Seeker, Sounded } from '../model/approvals.ts';
import type { Call } from '../model/call.ts';
import type { Decision, Reason } from '../model/decision.ts';
import { isPromise, type Later } from '../model/later.ts';
import { decideCall } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import { applied, asRecorded } from './edited.ts';
import type { Engine } from './ports.ts';
import type { Asker, Sent } from './question.ts';

const CHANGED = {
  code: 'SP6006',
  text: 'the policy was changed while a person was asked; make the call again',
} as const;

/** Where it goes on once it is known whether the call may be made: the decision, or what the client is asked. */
export interface Consented {
  decided(decision: Later<Decision>): void;
  round(round: AskAgain): void;
  failed(failure: unknown): void;
}

type Surroundings = Pick<Engine, 'approvals' | 'audit' | 'clock' | 'deciding' | 'policy' | 'turn'>;

const NOBODY: Seeker = { way: { kind: 'none' }, beat: () => {} };

/**
 * Finds out whether a person agrees to a call that needs it. While they are asked the world goes on, so once they have
 * agreed every check is asked again; what it counts is not counted twice. It goes on once at most.
 */
export class Consent implements Sent {
  /** Milliseconds that were a person's, and nobody else's. */
  waitedMs = 0;
  readonly #call: Call;
  readonly #decision: Decision;
  readonly #policy: Policy;
  readonly #engine: Surroundings;
  readonly #then: Consented;
  #end: (() => void) | undefined;
  #over = false;

  constructor(call: Call, decision: Decision, policy: Policy, engine: Surroundings, then: Consented) {
    this.#call = call;
    this.#decision = decision;
    this.#policy = policy;
    this.#engine = engine;
    this.#then = then;
  }

  seek(seeker: Seeker = NOBODY): void {
    const { approvals, clock, turn } = this.#engine;
    const { params } = this.#call;
    const sought = {
      call: this.#call,
      params: params && applied(params, this.#decision),
      shown: asRecorded(this.#call, this.#decision).params,
      reason: this.#decision.reason!,
      policy: this.#policy.revision,
    };
    const beat = (message: string) => {
      if (!this.#over) seeker.beat(message);
    };
    const sinceMs = clock.monotonic();
    let waited = false;
    const end = approvals.seek(sought, { way: seeker.way, beat }, (sounded) => {
      if (this.#over) return;
      this.#over = true;
      this.waitedMs = clock.monotonic() - sinceMs;
      turn.run(() => this.#heard(sounded, waited));
    });
    waited = true;
    this.#end = end;
    // Until then it may have been decided about for a while; from now on it is not under way.
    if (!this.#over) this.#engine.deciding.leave(this.#call);
  }

  /** Nobody waits for the call any more: whoever was asked need not answer, and the log says how far it came. */
  cancel(): void {
    this.withdraw();
    this.#engine.audit.call(asRecorded(this.#call, this.#decision), asked(this.#decision), this.#policy.revision);
  }

  withdraw(): void {
    this.#over = true;
    this.#end?.();
  }

  #heard(sounded: Sounded, waited: boolean): void {
    try {
      if ('round' in sounded) return this.#then.round(sounded.round);
      this.#then.decided(
        'refused' in sounded
          ? refused(this.#decision, { ...askingRule(this.#decision), ...sounded.refused })
          : this.#agreedTo({ agreement: sounded.agreement, effect: 'allow' }, waited),
      );
    } catch (failure) {
      this.#then.failed(failure);
    }
  }

  /** What nobody denies now is made under the agreement, though it may need none any more: whoever gave it gave it for this. */
  #agreedTo(allowed: Pick<Decision, 'agreement' | 'effect'>, waited: boolean): Later<Decision> {
    if (!waited) return { ...this.#decision, ...allowed };
    const { reason } = this.#decision;
    const again = decideCall(this.#policy, { ...this.#call, again: true });
    const agreed = (now: Decision): Decision => (now.effect === 'deny' ? now : { ...now, reason, ...allowed });
    return isPromise(again) ? again.then(agreed) : agreed(again);
  }
}

function refused(decision: Decision, reason: Reason): Decision {
  return { ...decision, effect: 'deny', reason, enforced: true };
}

/** Which rule wanted a person, and about what: whoever reads the denial looks there. */
function askingRule({ reason }: Decision): Pick<Reason, 'rule' | 'source' | 'at'> {
  const { rule, source, at } = reason!;
  return {
    ...(rule !== undefined && { rule }),
    ...(source !== undefined && { source }),
    ...(at !== undefined && { at }),
  };
}

/** The decision as the log has it while a person has not answered. */
export function asked(decision: Decision): Decision {
  return { ...decision, reason: { ...decision.reason!, code: 'SP6004' } };
}

/**
 * A call somebody agreed to is made by taking the agreement, in the turn in which it leaves, and under the policy that
 * asked for it.
 */
export function taken(call: Call, decision: Decision, policy: Policy, inForce: Policy): Decision {
  const { agreement, agreed, ...rest } = decision;
  if (decision.effect !== 'allow' || (agreement === undefined && agreed === undefined)) return decision;
  if (inForce.revision !== policy.revision) return refused(rest as Decision, CHANGED);
  if (agreement === undefined) return decision;
  const took = agreement.take(call, call.params && applied(call.params, decision), policy.revision);
  return 'refused' in took ? refused(rest as Decision, took.refused) : { ...rest, agreed: took };
}

/** The decision about a call that goes on with one somebody has agreed to; nobody is asked for each of its rounds. */
export function agreedBefore(call: Call, decision: Decision, { revision }: Policy, asker: Asker): Decision | undefined {
  const agreed = asker.agreedBefore?.(call.params && applied(call.params, decision), revision);
  return agreed === undefined ? undefined : { ...decision, effect: 'allow', agreed };
}
