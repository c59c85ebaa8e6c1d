import type { Code } from '../../model/codes.ts';
import type { Decision } from '../../model/decision.ts';
import { isPromise } from '../../model/later.ts';
import { decideReply } from '../../policy/decide.ts';
import { hasOutcome, isTerminal } from '../../translate/task-outcomes.ts';
import { type TaskDetail, taskNoticeForModern } from '../../translate/tasks.ts';
import { Payload } from '../../wire/payload.ts';
import { callOf, plainFacts } from '../calls.ts';
import { applied } from '../edited.ts';
import type { Backend, Engine, Session } from '../ports.ts';
import { inClientWords } from '../route/replies.ts';
import { stateOf } from '../tasks/task-list.ts';
import { tasksForClient } from '../tasks/tasks.ts';
import { UNKNOWN_CALLER } from './judged-notice.ts';

/**
 * Hands what a server says of a task without being asked to whoever follows that task. `stream` is the stream of ours
 * a modern server says it on.
 */
export function taskChanged(engine: Engine, backend: Backend, params: Payload, stream: number | undefined): void {
  if (backend.era === 'modern') {
    for (const session of backend.sessions) if (stream !== undefined) changedOn(stream, session, backend, params);
    return;
  }
  const [only, ...others] = backend.sessions;
  const owner = backend.taskOwners.of(params.string('taskId') ?? '');
  const foreign = owner !== undefined && owner !== only?.holder;
  if (only?.era === 'legacy' && others.length === 0 && stream === undefined && !foreign) {
    taskNews(only, backend, params, (body) => only.notify('notifications/tasks/status', body));
  }
  changedInLegacy(engine, backend, params);
}

function changedOn(stream: number, session: Session, backend: Backend, params: Payload): void {
  if (session.listens.carries(backend, stream)) {
    taskNews(session, backend, params, (body) => session.listens.deliver(backend, stream, 'notifications/tasks', body));
  } else if (session.subscriptions.carries(backend, stream)) {
    const taskId = params.string('taskId') ?? '';
    if (isTerminal(params.string('status'))) session.subscriptions.forgetTask(backend, taskId);
    const tell = (body: Payload) => session.notify('notifications/tasks/status', body);
    taskNews(session, backend, stateOf(backend, taskId, params), tell);
  }
}

/** To modern clients a task that has ended shows its outcome, which a legacy server has to be asked for. */
function changedInLegacy(engine: Engine, backend: Backend, params: Payload): void {
  const taskId = params.string('taskId') ?? '';
  const followed = () =>
    [...backend.sessions].filter(({ era, listens }) => era === 'modern' && listens.followsTask(backend, taskId));
  const tell = (detail?: TaskDetail) => {
    const notice = taskNoticeForModern(params, detail);
    for (const session of notice === undefined ? [] : followed()) {
      taskNews(session, backend, notice!, (body) => session.listens.taskChanged(backend, taskId, body));
    }
  };
  if (followed().length === 0) return;
  if (!hasOutcome(params.string('status'))) return tell();
  const asked = Payload.of(JSON.stringify({ taskId }));
  const asking = { id: backend.nextId(), method: 'tasks/result', params: asked, session: undefined };
  backend.request({ ...asking, timeoutMs: engine.config.listTimeoutMs }, (answer) => {
    if (answer === 'cancelled' || 'loss' in answer) return;
    tell(answer.ok ? { result: answer.body } : { error: answer.body });
  });
}

/**
 * What a server says of a task without being asked, in the client's words. It could say the same in an answer to
 * `tasks/get`, so it is judged like one; what is withheld is told to nobody.
 */
function taskNews(session: Session, backend: Backend, params: Payload, tell: (body: Payload) => void): void {
  const { engine, client } = session;
  const call = callOf(session, client?.caller ?? UNKNOWN_CALLER, {
    action: 'tasks/get',
    resource: { backend: backend.name, type: 'task', id: params.string('taskId') ?? '' },
    params: undefined,
    args: undefined,
    facts: plainFacts(params.size),
  });
  const judged = (decision: Decision) => {
    if (decision.effect !== 'allow') return withhold(decision.reason!.code);
    const body = tasksForClient(session, backend, applied(params, decision));
    tell(inClientWords(session, 'tasks/get', backend, body));
  };
  const withhold = (code: Code) => backend.refuse(code, 'the state of a task was withheld', params.size, session.id);
  const decided = engine.intake.held(params.size, decideReply(engine.policy, call, { ok: true, body: params }));
  if (!isPromise(decided)) return judged(decided);
  decided.then(
    (decision) => engine.turn.run(() => judged(decision)),
    () => engine.turn.run(() => withhold('SP3003')),
  );
}
