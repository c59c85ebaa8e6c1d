import type { Answer, Reply } from '../../model/call.ts';
import { asObject } from '../../model/json.ts';
import { resultTypeOf } from '../../protocol/result-type.ts';
import { RPC } from '../../protocol/revisions.ts';
import type { TaskOutcome } from '../../translate/task-outcomes.ts';
import type { Payload } from '../../wire/payload.ts';
import { askedAnew } from '../asked-anew.ts';
import { askAcross } from '../bridge/across.ts';
import { hasTasksExtension } from '../extensions.ts';
import type { Asking, Request } from '../ports.ts';
import type { Answered, Sent } from '../question.ts';
import { aboutTask } from './about.ts';
import type { TaskCrossing } from './crossing.ts';
import { LookedAtTask } from './looked-at.ts';

/** Stands for an answer that is not handed on. */
const INSISTS: Answer = { loss: { code: 'SP5006', text: 'the server runs this only as a task' } };

/**
 * A plain call of a legacy client to a modern server that makes tasks. One that runs the tool in no other way refuses
 * the call before anything is done (2026-07-28, -32021), so it is made again as a task, and answered when that has
 * ended.
 */
export class InsistedTask implements Sent {
  readonly #crossing: TaskCrossing;
  readonly #done: Answered;
  #sent: Sent | undefined;
  #taskId: string | undefined;
  #over = false;

  constructor(crossing: TaskCrossing, done: Answered) {
    this.#crossing = crossing;
    this.#done = done;
  }

  start(): Sent {
    const crossing = this.#crossing;
    const translate = (request: Request, reply: Reply) =>
      insists(reply) ? INSISTS : crossing.translate(request, reply);
    this.#ask({ ...crossing, translate }, (answer) => {
      if (answer === INSISTS) this.#askForTask();
      else this.#finish(answer);
    });
    return this;
  }

  cancel(reason: Payload | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#sent?.cancel(reason);
    this.#callOff();
  }

  withdraw(): void {
    this.#over = true;
    this.#sent?.withdraw();
  }

  #askForTask(): void {
    const { subject, asking } = this.#crossing;
    const { backend } = subject;
    const call: Asking = { ...askedAnew(asking, backend, asking.params), owner: undefined, tasks: true };
    const translate = (request: Request, reply: Reply): Answer => {
      const made = reply.ok && resultTypeOf(reply.body) === 'task' ? reply.body.string('taskId') : undefined;
      if (made === undefined) return this.#crossing.translate(request, reply);
      this.#taskId = made;
      return INSISTS;
    };
    this.#ask({ ...this.#crossing, asking: call, translate }, (answer) => {
      if (answer === INSISTS) this.#await();
      else this.#finish(answer);
    });
  }

  #await(): void {
    const { request, translate, subject } = this.#crossing;
    const taskId = this.#taskId!;
    subject.backend.taskOwners.note(taskId, request.session.holder);
    const ended = (outcome: TaskOutcome) =>
      translate(request, 'error' in outcome ? { ok: false, body: outcome.error } : { ok: true, body: outcome.result });
    const looked = new LookedAtTask(this.#crossing, taskId, ended, (answer) => this.#finish(answer));
    this.#sent = looked;
    looked.start({ mostMs: this.#crossing.asking.timeoutMs });
  }

  #callOff(): void {
    const { subject, asking } = this.#crossing;
    const { backend } = subject;
    if (this.#taskId === undefined || !backend.isOpen) return;
    backend.request(aboutTask(asking, backend, { method: 'tasks/cancel', taskId: this.#taskId }), () => {});
  }

  #ask(crossing: TaskCrossing, then: (answer: Answer) => void): void {
    let answered = false;
    const sent = askAcross(crossing, (answer) => {
      answered = true;
      if (this.#over) return;
      try {
        then(typeof answer === 'function' ? answer() : answer);
      } catch (failure) {
        this.#finish(() => {
          throw failure;
        });
      }
    });
    if (!answered) this.#sent = sent;
  }

  #finish(answer: Parameters<Answered>[0]): void {
    if (this.#over) return;
    this.#over = true;
    if (typeof answer === 'object' && 'loss' in answer) this.#callOff();
    this.#done(answer);
  }
}

function insists({ ok, body }: Reply): boolean {
  if (ok || body.member('code')?.text() !== String(RPC.missingCapability)) return false;
  const required = asObject(asObject(body.member('data')?.json())?.requiredCapabilities);
  return required !== undefined && hasTasksExtension(required);
}
