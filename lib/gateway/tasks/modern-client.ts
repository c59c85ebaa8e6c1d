import type { Reply } from '../../model/call.ts';
import { RPC } from '../../protocol/revisions.ts';
import { inputResponsesOf } from '../../translate/input-requests.ts';
import { askingTask, hasOutcome, isTerminal } from '../../translate/task-outcomes.ts';
import { createTaskResultForModern, type TaskDetail, taskForModern } from '../../translate/tasks.ts';
import { Payload } from '../../wire/payload.ts';
import { askAcross } from '../bridge/across.ts';
import { declaresTasks } from '../caller.ts';
import { hasLegacyTasks } from '../extensions.ts';
import type { Backend } from '../ports.ts';
import type { Answered, Sent } from '../question.ts';
import { invalidAnswer, rpcError } from '../refusal.ts';
import { aboutTask } from './about.ts';
import { AwaitedTask } from './awaited-task.ts';
import { Chain } from './chain.ts';
import { errorAcross, relayed, type TaskCrossing } from './crossing.ts';
import { inputOf } from './task-input.ts';
import { noteTask } from './tasks.ts';

const NOTHING_SENT: Sent = { cancel: () => {}, withdraw: () => {} };
const ACKNOWLEDGED = Payload.of('{"resultType":"complete"}');

/** Whether a tool of a legacy server runs only as a task (2025-11-25, tool-level negotiation). */
export function mustBeTask({ catalog, facts }: Backend, tool: string): boolean {
  return catalog.tool(tool).tasks === 'required' && facts !== undefined && hasLegacyTasks(facts.capabilities);
}

/**
 * A request of the tasks extension (SEP-2663) to a server of 2025-11-25: there the client says that a call is to be a
 * task, and asks for the outcome by itself.
 */
export function askForModern(crossing: TaskCrossing, done: Answered): Sent {
  const { request, asking } = crossing;
  if (asking.method === 'tools/call') {
    if (declaresTasks(request.caller)) return create(crossing, done);
    const send: TaskCrossing['send'] = (backend, call, then) => new AwaitedTask(backend, call, then).start();
    return askAcross({ ...crossing, send }, done);
  }
  if (asking.method === 'tasks/get') return look(crossing, done);
  if (asking.method === 'tasks/cancel') return cancel(crossing, done);
  update(crossing, done);
  return NOTHING_SENT;
}

/** The answers go to the server that asked, each on its own; the task shows when they have been taken. */
function update({ request, subject }: TaskCrossing, done: Answered): void {
  const input = subject.backend.taskOwners.inputs.get(subject.resource.id);
  const answers = inputResponsesOf(request.frame.params);
  if (input === undefined || answers === undefined) {
    return done(rpcError(RPC.invalidParams, 'The task waits for no input'));
  }
  if (answers === 'malformed') {
    return done(rpcError(RPC.invalidParams, '`params.inputResponses` must be a map of answers'));
  }
  input.hear(answers);
  done({ ok: true, body: ACKNOWLEDGED });
}

function create(crossing: TaskCrossing, done: Answered): Sent {
  const { request, subject, asking, expose } = crossing;
  const { backend } = subject;
  const created = (reply: Reply) => {
    const body = reply.ok ? createTaskResultForModern(reply.body) : undefined;
    if (body === undefined) return crossing.translate(request, reply);
    noteTask(request, backend, asking.id, body.string('taskId')!);
    return { ok: true, body: expose(body) };
  };
  return backend.request({ ...asking, params: asking.params && askingTask(asking.params) }, (answer) => {
    if (answer === 'cancelled' || 'loss' in answer) done(answer);
    else done(() => created(answer));
  });
}

/** The extension shows the outcome of a task that has ended, so that is asked for as well. */
function look(crossing: TaskCrossing, done: Answered): Sent {
  const { request, subject, asking, expose } = crossing;
  const { backend, resource } = subject;
  const chain = new Chain(request.session.engine.turn, (failure) => done(invalidAnswer(backend.name, String(failure))));
  const show = (state: Payload, detail?: TaskDetail) =>
    done(() => ({ ok: true, body: expose(taskForModern(state, detail)) }));
  chain.ask(backend, asking, (answer) => {
    if (answer === 'cancelled' || 'loss' in answer || !answer.ok)
      return relayed(crossing, done, (body) => body)(answer);
    const state = answer.body;
    const status = state.string('status');
    const inputRequests = status === 'input_required' ? inputOf(request, backend, resource.id) : undefined;
    if (inputRequests !== undefined && inputRequests.length > 0) return show(state, { inputRequests });
    if (!hasOutcome(status)) return show(state);
    chain.ask(backend, aboutTask(asking, backend, { method: 'tasks/result', taskId: resource.id }), (outcome) => {
      if (outcome === 'cancelled' || 'loss' in outcome) return done(outcome);
      show(state, outcome.ok ? { result: outcome.body } : { error: outcome.body });
    });
  });
  return chain;
}

/** Calling a task off is acknowledged, also when it has ended; a legacy server refuses that. */
function cancel(crossing: TaskCrossing, done: Answered): Sent {
  const { request, subject, asking } = crossing;
  const { backend, resource } = subject;
  const chain = new Chain(request.session.engine.turn, (failure) => done(invalidAnswer(backend.name, String(failure))));
  chain.ask(backend, asking, (answer) => {
    if (answer === 'cancelled' || 'loss' in answer) return done(answer);
    if (answer.ok) return done({ ok: true, body: ACKNOWLEDGED });
    const refusal = answer.body;
    chain.ask(backend, aboutTask(asking, backend, { method: 'tasks/get', taskId: resource.id }), (state) => {
      const known = state !== 'cancelled' && !('loss' in state) && state.ok;
      if (known && isTerminal(state.body.string('status'))) return done({ ok: true, body: ACKNOWLEDGED });
      done(() => ({ ok: false, body: errorAcross(crossing, refusal) }));
    });
  });
  return chain;
}
