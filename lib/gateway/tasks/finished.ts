import type { Answer } from '../../model/call.ts';
import { RPC } from '../../protocol/revisions.ts';
import { saysError, taskResultForLegacy } from '../../translate/task-outcomes.ts';
import { Payload } from '../../wire/payload.ts';
import type { FinishedTask } from '../finished-tasks.ts';
import type { Backend, Session } from '../ports.ts';
import type { Answered, Sent } from '../question.ts';
import { rpcError } from '../refusal.ts';
import type { TaskCrossing } from './crossing.ts';

const NOTHING_SENT: Sent = { cancel: () => {}, withdraw: () => {} };

/** The answer to a call that was to become a task and was answered at once: a task that is over, with this result. */
export function keepFinished({ request, subject, expose }: TaskCrossing, result: Payload): Answer {
  const { account, engine } = request.session;
  const { ttl } = (request.frame.params?.member('task')?.json() ?? {}) as { ttl?: unknown };
  const task = account.finished.add(finishedFor(request.session, subject.backend), result, ttl, engine.clock);
  return { ok: true, body: expose(Payload.of(`{"task":${finishedState(task)}}`)) };
}

/** Answers a request about such a task; undefined when it is about another one. */
export function askFinished(crossing: TaskCrossing, done: Answered): Sent | undefined {
  const { request, subject, asking, expose } = crossing;
  const { account, engine } = request.session;
  const task = account.finished.get(finishedFor(request.session, subject.backend), subject.resource.id, engine.clock);
  if (task === undefined) return undefined;
  if (asking.method === 'tasks/cancel') {
    done(rpcError(RPC.invalidParams, 'The task has ended and cannot be cancelled'));
  } else if (asking.method === 'tasks/get') {
    done(() => ({ ok: true, body: expose(Payload.of(finishedState(task))) }));
  } else done(() => ({ ok: true, body: expose(taskResultForLegacy(task.id, task.result)) }));
  return NOTHING_SENT;
}

/** Where those of one client with one backend are kept in its account. */
export function finishedFor({ holder }: Session, { name }: Backend): string {
  return `${name} ${holder}`;
}

/** JSON text of the task as 2025-11-25 has it; one whose tool failed has failed. */
export function finishedState({ id, result, at, until }: FinishedTask): string {
  const time = new Date(at).toISOString();
  const status = saysError(result) ? 'failed' : 'completed';
  return JSON.stringify({ taskId: id, status, createdAt: time, lastUpdatedAt: time, ttl: until - at });
}
