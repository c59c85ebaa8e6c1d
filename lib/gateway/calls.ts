import type { Call, Direction, Facts, Resource } from '../model/call.ts';
import type { Payload } from '../wire/payload.ts';
import type { Caller } from './caller.ts';
import type { Request, Session } from './ports.ts';
import { revisionOf } from './revision.ts';

/** What the question to policy is made of; everything else is known of the session. */
export interface CallParts {
  readonly direction?: Direction;
  readonly action: string;
  readonly resource: Resource;
  readonly params: Payload | undefined;
  readonly args: Payload | undefined;
  readonly facts: Facts;
  /** The request of a client it is; absent for what a server or the gateway says. */
  readonly request?: Pick<Request, 'frame' | 'outlet'> | undefined;
}

/** The facts of a request that no single backend works on. */
export function plainFacts(size: number): Facts {
  return { size, inFlight: 0, openQuestions: 0, structured: false };
}

/** The question put to policy for something `caller` asks or is asked in `session`. */
export function callOf(session: Session, caller: Caller, parts: CallParts): Call {
  const { engine } = session;
  const traced = traceOf(session, caller, parts);
  return {
    id: engine.ids.next(engine.clock.now()),
    session: session.id,
    direction: parts.direction ?? 'to-backend',
    era: caller.era,
    principal: session.principal(caller),
    action: parts.action,
    resource: parts.resource,
    params: traced === undefined ? parts.params : traced.params,
    args: parts.args,
    facts: parts.facts,
    trace: traced?.trace,
  };
}

/** Where its backend is told of the trace, it is so before anything is judged: what is inspected is what is forwarded. */
function traceOf(session: Session, caller: Caller, { request, params }: CallParts) {
  const { tracing } = session.engine;
  if (tracing === undefined || request === undefined) return undefined;
  const { frame, outlet } = request;
  const revision = revisionOf(session, caller);
  return tracing.begin({ params, requestId: String(frame.id.key), revision, beside: outlet.beside });
}
