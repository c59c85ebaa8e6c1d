import type { Answer, Reply } from '../../model/call.ts';
import { resultTypeOf } from '../../protocol/result-type.ts';
import { RPC } from '../../protocol/revisions.ts';
import { isTerminal, notAskingTask, type TaskOutcome, taskResultForLegacy } from '../../translate/task-outcomes.ts';
import { createTaskResultForLegacy } from '../../translate/tasks.ts';
import type { Payload } from '../../wire/payload.ts';
import { askAcross } from '../bridge/across.ts';
import type { Answered, Sent } from '../question.ts';
import { invalidAnswer, rpcError } from '../refusal.ts';
import { aboutTask } from './about.ts';
import { Chain } from './chain.ts';
import { errorAcross, relayed, type TaskCrossing } from './crossing.ts';
import { askFinished, keepFinished } from './finished.ts';
import { LookedAtTask } from './looked-at.ts';
import { stateOf } from './task-list.ts';
import { noteTask } from './tasks.ts';

/**
 * A request of 2025-11-25 about tasks to a server of the extension (SEP-2663): there a call becomes a task when the
 * server likes, its outcome is a part of its state, and calling one off is only a wish.
 */
export function askForLegacy(crossing: TaskCrossing, done: Answered): Sent {
  const { asking, subject } = crossing;
  const { backend, resource } = subject;
  if (asking.method === 'tools/call') return create(crossing, done);
  const finished = askFinished(crossing, done);
  if (finished !== undefined) return finished;
  if (asking.method === 'tasks/cancel') return cancel(crossing, done);
  if (asking.method === 'tasks/result') return result(crossing, done);
  const state = (body: Payload) => stateOf(backend, resource.id, body);
  return backend.request({ ...asking, tasks: true }, relayed(crossing, done, state));
}

/** The server decides whether the call becomes a task; one it answers at once is kept as a task that is over. */
function create(crossing: TaskCrossing, done: Answered): Sent {
  const { request, subject, asking, expose } = crossing;
  const translate = (_: unknown, reply: Reply): Answer => {
    const type = reply.ok ? resultTypeOf(reply.body) : undefined;
    if (type === 'complete') return keepFinished(crossing, reply.body);
    if (type !== 'task') return crossing.translate(request, reply);
    const body = createTaskResultForLegacy(reply.body);
    if (body === undefined) return invalidAnswer(subject.backend.name, 'a task without an id');
    noteTask(request, subject.backend, asking.id, reply.body.string('taskId')!);
    return { ok: true, body: expose(body) };
  };
  const params = asking.params && notAskingTask(asking.params);
  return askAcross({ ...crossing, asking: { ...asking, params, tasks: true }, translate }, done);
}

/** Waits until the task has ended, as legacy servers do. */
function result(crossing: TaskCrossing, done: Answered): Sent {
  const { subject, asking, expose } = crossing;
  const taskId = subject.resource.id;
  const ended = (outcome: TaskOutcome): Answer =>
    'error' in outcome
      ? { ok: false, body: errorAcross(crossing, outcome.error) }
      : { ok: true, body: expose(taskResultForLegacy(taskId, outcome.result)) };
  return new LookedAtTask(crossing, taskId, ended, done).start({ owner: asking.owner });
}

/** Legacy servers call a task off or refuse to, and remember it as cancelled whatever its work comes to. */
function cancel(crossing: TaskCrossing, done: Answered): Sent {
  const { request, subject, asking, expose } = crossing;
  const { backend, resource } = subject;
  const taskId = resource.id;
  const chain = new Chain(request.session.engine.turn, (failure) => done(invalidAnswer(backend.name, String(failure))));
  const refused = relayed(crossing, done, (body) => body);
  const look = aboutTask(asking, backend, { method: 'tasks/get', taskId, owner: asking.owner });
  chain.ask(backend, look, (state) => {
    if (state === 'cancelled' || 'loss' in state || !state.ok) return refused(state);
    if (isTerminal(stateOf(backend, taskId, state.body).string('status'))) {
      return done(rpcError(RPC.invalidParams, 'The task has ended and cannot be cancelled'));
    }
    chain.ask(backend, aboutTask(asking, backend, { method: 'tasks/cancel', taskId }), (answer) => {
      if (answer === 'cancelled' || 'loss' in answer || !answer.ok) return refused(answer);
      backend.taskOwners.cancel(taskId);
      done(() => ({ ok: true, body: expose(stateOf(backend, taskId, state.body)) }));
    });
  });
  return chain;
}
