import type { Code } from '../../model/codes.ts';
import { isPromise } from '../../model/later.ts';
import { decideReply } from '../../policy/decide.ts';
import type { Payload } from '../../wire/payload.ts';
import type { Caller } from '../caller.ts';
import { callOf, plainFacts } from '../calls.ts';
import { applied } from '../exchange.ts';
import type { Backend, Session } from '../ports.ts';
import { inClientWords } from '../route/replies.ts';
import { tasksForClient } from '../tasks/tasks.ts';

/** A modern client says nothing of itself that would hold beyond a request. */
const UNKNOWN_CALLER: Caller = {
  era: 'modern',
  capabilities: {},
  agent: '',
  logLevel: undefined,
  clientInfo: undefined,
};

/**
 * What a server says of a task without being asked, in the client's words. It could say the same in an answer to
 * `tasks/get`, so it is judged like one; undefined when it is withheld.
 */
export function taskNews(session: Session, backend: Backend, params: Payload): Payload | undefined {
  const judged = judge(session, backend, params);
  const body = judged && tasksForClient(session, backend, judged);
  return body && inClientWords(session, 'tasks/get', backend, body);
}

function judge(session: Session, backend: Backend, params: Payload): Payload | undefined {
  const { engine, client } = session;
  const call = callOf(session, client?.caller ?? UNKNOWN_CALLER, {
    action: 'tasks/get',
    resource: { backend: backend.name, type: 'task', id: params.string('taskId') ?? '' },
    params: undefined,
    args: undefined,
    facts: plainFacts(params.size),
  });
  const withhold = (code: Code) => {
    backend.refuse(code, 'the state of a task was withheld', params.size, session.id);
    return undefined;
  };
  const decision = decideReply(engine.policy, call, { ok: true, body: params });
  if (isPromise(decision)) return withhold('SP3003');
  if (decision.effect !== 'allow') return withhold(decision.reason!.code);
  return applied(params, decision);
}
