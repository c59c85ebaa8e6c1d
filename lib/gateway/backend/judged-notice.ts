import type { Decision } from '../../model/decision.ts';
import { isPromise, type Later } from '../../model/later.ts';
import { LOCAL_CLIENT, type Principal } from '../../model/principal.ts';
import { decideNotice } from '../../policy/decide-notice.ts';
import type { Payload } from '../../wire/payload.ts';
import type { Caller } from '../caller.ts';
import { callOf, plainFacts } from '../calls.ts';
import { applied } from '../edited.ts';
import { NO_ROOM } from '../no-room.ts';
import type { Backend, Engine, Session } from '../ports.ts';

/** One of these in so many milliseconds is written down; a server could say them all the time. */
const NOTED_EVERY_MS = 10_000;
const lastNoted = new WeakMap<Backend, number>();

/** A modern client says nothing of itself that would hold beyond a request. */
export const UNKNOWN_CALLER: Caller = {
  era: 'modern',
  capabilities: {},
  agent: '',
  logLevel: undefined,
  clientInfo: undefined,
};
const NOBODY: Principal = { subject: '', clientId: LOCAL_CLIENT, roles: [], proof: 'os-user', agent: '' };

/**
 * Puts what a server says unasked before policy. `deliver` gets it as it may be passed on, at once when that can be
 * told at once, and never before what the server said to the same session earlier; nothing is passed on that is
 * refused, and that is recorded now and then.
 */
export function judgeNotice(
  engine: Engine,
  backend: Backend,
  session: Session | undefined,
  method: string,
  params: Payload,
  deliver: (judged: Payload | undefined) => void,
): void {
  const parts = {
    action: method,
    resource: { backend: backend.name, type: 'method', id: method },
    params,
    args: undefined,
    facts: plainFacts(params.size),
  } as const;
  const call =
    session === undefined
      ? {
          ...parts,
          id: engine.ids.next(engine.clock.now()),
          session: '',
          direction: 'to-backend' as const,
          era: 'modern' as const,
          principal: NOBODY,
        }
      : callOf(session, session.client?.caller ?? UNKNOWN_CALLER, parts);
  const take = (decision: Decision) => {
    note(engine, backend, method, params, session, decision);
    deliver(decision.effect === 'allow' ? applied(params, decision) : undefined);
  };
  const judge = (): Later<void> => {
    const decided = engine.intake.held(params.size, decideNotice(engine.policy, call));
    if (!isPromise(decided)) return engine.turn.run(() => take(decided));
    return decided.then(
      (decision) => engine.turn.run(() => take(decision)),
      () => engine.turn.run(() => deliver(undefined)),
    );
  };
  if (session === undefined) void judge();
  else if (engine.order.run(`notices ${session.id} ${backend.name}`, params.size, judge) === undefined) take(NO_ROOM);
}

function note(
  engine: Engine,
  backend: Backend,
  method: string,
  params: Payload,
  session: Session | undefined,
  { effect, reason, findings, wouldDeny }: Decision,
): void {
  if (effect !== 'allow') backend.refuse(reason!.code, `${method}: ${reason!.text}`, params.size, session?.id);
  if (findings.length === 0 && wouldDeny === undefined) return;
  const now = engine.clock.monotonic();
  if (now - (lastNoted.get(backend) ?? -NOTED_EVERY_MS) < NOTED_EVERY_MS) return;
  lastNoted.set(backend, now);
  const notes = findings.map(({ note: text }) => text);
  engine.log.write('warn', 'notice_inspected', { backend: backend.name, method, findings: notes, effect });
}
