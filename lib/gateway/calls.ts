import type { Call, Direction, Facts, Resource } from '../model/call.ts';
import type { Payload } from '../wire/payload.ts';
import type { Caller } from './caller.ts';
import type { Session } from './ports.ts';

/** What the question to policy is made of; everything else is known of the session. */
export interface CallParts {
  readonly direction?: Direction;
  readonly action: string;
  readonly resource: Resource;
  readonly params: Payload | undefined;
  readonly args: Payload | undefined;
  readonly facts: Facts;
}

/** The facts of a request that no single backend works on. */
export function plainFacts(size: number): Facts {
  return { size, inFlight: 0, openQuestions: 0, structured: false };
}

/** The question put to policy for something `caller` asks or is asked in `session`. */
export function callOf(session: Session, caller: Caller, parts: CallParts): Call {
  const { engine } = session;
  return {
    id: engine.ids.next(engine.clock.now()),
    session: session.id,
    direction: parts.direction ?? 'to-backend',
    era: caller.era,
    principal: session.principal(caller),
    action: parts.action,
    resource: parts.resource,
    params: parts.params,
    args: parts.args,
    facts: parts.facts,
  };
}
