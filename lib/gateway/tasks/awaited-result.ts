import type { Answer } from '../../model/call.ts';
import { RPC } from '../../protocol/revisions.ts';
import { type InputRequest, inputRequestsOf } from '../../translate/input-requests.ts';
import { hasOutcome, outcomeOf, taskResultForLegacy } from '../../translate/task-outcomes.ts';
import type { Payload } from '../../wire/payload.ts';
import { problemWith, putToClient } from '../bridge/put-to-client.ts';
import type { Answered, Sent } from '../question.ts';
import { invalidAnswer, rpcError } from '../refusal.ts';
import type { Recorded } from '../turn.ts';
import { aboutTask } from './about.ts';
import { Chain } from './chain.ts';
import { errorAcross, type TaskCrossing } from './crossing.ts';

/** How often a task is looked at: as its server says, but within these bounds. */
const LEAST_MS = 20;
const USUAL_MS = 1000;
const MOST_MS = 30_000;

/**
 * `tasks/result` of 2025-11-25, which waits, for a server whose tasks only tell how they are. The task is looked at
 * until it has ended; what it wants to know on the way is put to the client as a legacy server would.
 */
export class AwaitedResult {
  readonly #crossing: TaskCrossing;
  readonly #done: Answered;
  readonly #chain: Chain;
  /** Questions the client has answered; a task may show them for a while after that. */
  readonly #answered = new Set<string>();

  constructor(crossing: TaskCrossing, done: Answered) {
    const { backend } = crossing.subject;
    this.#crossing = crossing;
    this.#done = done;
    this.#chain = new Chain(crossing.request.session.engine.turn, (failure) =>
      done(invalidAnswer(backend.name, `a task that cannot be read: ${String(failure)}`)),
    );
  }

  start(): Sent {
    this.#look(this.#crossing.asking.owner);
    return this.#chain;
  }

  #look(owner?: Recorded): void {
    this.#ask('tasks/get', { owner }, (task) => this.#seen(task));
  }

  #seen(task: Payload): void {
    const { request, subject, expose } = this.#crossing;
    const { backend, resource } = subject;
    const status = task.string('status');
    if (status === 'cancelled' || backend.taskOwners.isCancelled(resource.id)) {
      return this.#done(rpcError(RPC.invalidParams, 'The task was cancelled'));
    }
    if (hasOutcome(status)) {
      request.session.subscriptions.forgetTask(backend, resource.id);
      const outcome = outcomeOf(task);
      if (outcome === undefined) return this.#done(invalidAnswer(backend.name, 'a task that ended without an outcome'));
      return this.#done(() =>
        'error' in outcome
          ? { ok: false, body: errorAcross(this.#crossing, outcome.error) }
          : { ok: true, body: expose(taskResultForLegacy(resource.id, outcome.result)) },
      );
    }
    if (status === 'input_required') return this.#wanted(task);
    this.#chain.pause(intervalOf(task), () => this.#look());
  }

  #wanted(task: Payload): void {
    const { request, subject } = this.#crossing;
    const wishes = inputRequestsOf(task);
    const problem = wishes === undefined ? 'a task that wants nothing' : problemWith(request, task, wishes);
    if (problem !== undefined) return this.#done(invalidAnswer(subject.backend.name, problem));
    const fresh = (wishes as readonly InputRequest[]).filter(({ key }) => !this.#answered.has(key));
    if (fresh.length === 0) return this.#chain.pause(intervalOf(task), () => this.#look());
    this.#chain.wait((goOn) =>
      putToClient(request, subject.backend, fresh, subject.resource.id, (put) =>
        goOn(() => {
          if (put === 'cancelled' || 'loss' in put) return this.#done(put);
          for (const [key] of put.answers) this.#answered.add(key);
          const entries = put.answers.map(([key, answer]) => `${JSON.stringify(key)}:${answer.text()}`);
          this.#ask('tasks/update', { inputResponses: `{${entries.join(',')}}` }, () => this.#look());
        }),
      ),
    );
  }

  #ask(
    method: string,
    more: { readonly inputResponses?: string; readonly owner?: Recorded | undefined },
    then: (body: Payload) => void,
  ): void {
    const { subject, asking, request } = this.#crossing;
    const { backend, resource } = subject;
    const about = aboutTask({ ...asking, timeoutMs: request.session.engine.config.listTimeoutMs }, backend, {
      method,
      taskId: resource.id,
      ...more,
    });
    this.#chain.ask(backend, about, (answer: Answer) => {
      if (answer === 'cancelled' || 'loss' in answer) return this.#done(answer);
      if (answer.ok) then(answer.body);
      else this.#done(() => ({ ok: false, body: errorAcross(this.#crossing, answer.body) }));
    });
  }
}

function intervalOf(task: Payload): number {
  const wanted = task.member('pollIntervalMs')?.json();
  return typeof wanted === 'number' ? Math.min(Math.max(wanted, LEAST_MS), MOST_MS) : USUAL_MS;
}
