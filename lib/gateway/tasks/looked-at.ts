import type { Answer } from '../../model/call.ts';
import { RPC } from '../../protocol/revisions.ts';
import { type InputRequest, inputRequestsOf } from '../../translate/input-requests.ts';
import { hasOutcome, outcomeOf, type TaskOutcome } from '../../translate/task-outcomes.ts';
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
 * Looks at a modern server's task, for a legacy client, until it has ended; what it wants to know on the way is put to
 * the client as a legacy server would.
 */
export class LookedAtTask implements Sent {
  readonly #crossing: TaskCrossing;
  readonly #taskId: string;
  /** What the client is told when the task has come to something. */
  readonly #ended: (outcome: TaskOutcome) => Answer;
  readonly #done: Answered;
  readonly #chain: Chain;
  /** Questions the client has answered; a task may show them for a while after that. */
  readonly #answered = new Set<string>();
  #leftMs = 0;

  constructor(crossing: TaskCrossing, taskId: string, ended: (outcome: TaskOutcome) => Answer, done: Answered) {
    const { backend } = crossing.subject;
    this.#crossing = crossing;
    this.#taskId = taskId;
    this.#ended = ended;
    this.#done = done;
    this.#chain = new Chain(crossing.request.session.engine.turn, (failure) =>
      done(invalidAnswer(backend.name, `a task that cannot be read: ${String(failure)}`)),
    );
  }

  /** Looks for the first time; not without its record, where that is not written yet. */
  start({ owner, mostMs }: { owner?: Recorded | undefined; mostMs?: number | undefined }): Sent {
    this.#leftMs = mostMs ?? Number.POSITIVE_INFINITY;
    this.#ask('tasks/get', { owner }, (task) => this.#seen(task));
    return this;
  }

  cancel(reason: Payload | undefined): void {
    this.#chain.cancel(reason);
  }

  withdraw(): void {
    this.#chain.withdraw();
  }

  /** The time a person takes to answer does not count. */
  #look(afterMs: number): void {
    this.#leftMs -= afterMs;
    const { name } = this.#crossing.subject.backend;
    if (this.#leftMs > 0) this.#ask('tasks/get', {}, (task) => this.#seen(task));
    else this.#done({ loss: { code: 'SP5003', text: `${name} did not end its task in time; it was called off` } });
  }

  #lookAgain(task: Payload): void {
    const ms = intervalOf(task);
    this.#chain.pause(ms, () => this.#look(ms));
  }

  #seen(task: Payload): void {
    const { request, subject } = this.#crossing;
    const { backend } = subject;
    const status = task.string('status');
    if (status === 'cancelled' || backend.taskOwners.isCancelled(this.#taskId)) {
      return this.#done(rpcError(RPC.invalidParams, 'The task was cancelled'));
    }
    if (hasOutcome(status)) {
      request.session.subscriptions.forgetTask(backend, this.#taskId);
      const outcome = outcomeOf(task);
      if (outcome === undefined) return this.#done(invalidAnswer(backend.name, 'a task that ended without an outcome'));
      return this.#done(() => this.#ended(outcome));
    }
    if (status === 'input_required') return this.#wanted(task);
    this.#lookAgain(task);
  }

  #wanted(task: Payload): void {
    const { request, subject } = this.#crossing;
    const wishes = inputRequestsOf(task);
    const problem = wishes === undefined ? 'a task that wants nothing' : problemWith(request, task, wishes);
    if (problem !== undefined) return this.#done(invalidAnswer(subject.backend.name, problem));
    const fresh = (wishes as readonly InputRequest[]).filter(({ key }) => !this.#answered.has(key));
    if (fresh.length === 0) return this.#lookAgain(task);
    this.#chain.wait((goOn) =>
      putToClient(request, subject.backend, fresh, this.#taskId, (put) =>
        goOn(() => {
          if (put === 'cancelled' || 'loss' in put) return this.#done(put);
          for (const [key] of put.answers) this.#answered.add(key);
          const entries = put.answers.map(([key, answer]) => `${JSON.stringify(key)}:${answer.text()}`);
          this.#ask('tasks/update', { inputResponses: `{${entries.join(',')}}` }, () => this.#look(0));
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
    const { backend } = subject;
    const timeoutMs = request.session.engine.config.listTimeoutMs;
    const about = aboutTask({ ...asking, timeoutMs }, backend, { method, taskId: this.#taskId, ...more });
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
