import type { Answer } from '../../model/call.ts';
import { META } from '../../protocol/revisions.ts';
import { withoutMeta } from '../../translate/members.ts';
import type { Payload } from '../../wire/payload.ts';
import { valueAt } from '../../wire/rewrite.ts';
import type { Asking, Backend } from '../ports.ts';
import type { Sent } from '../question.ts';
import { aboutTask, asTask } from './about.ts';

/**
 * A call of a tool that runs only as a task, for a client that knows no tasks: it is made one, and answered with the
 * task's result when that is there. `tasks/result` waits for it, and is what the server asks its questions by.
 */
export class AwaitedTask implements Sent {
  readonly #backend: Backend;
  readonly #asking: Asking;
  readonly #done: (answer: Answer) => void;
  #sent: Sent | undefined;
  #taskId: string | undefined;
  #over = false;

  constructor(backend: Backend, asking: Asking, done: (answer: Answer) => void) {
    this.#backend = backend;
    this.#asking = asking;
    this.#done = done;
  }

  start(): Sent {
    this.#ask(asTask(this.#asking), (answer) => this.#created(answer));
    return this;
  }

  /** Calls the task off, if there is one by now; a request for a task must not be called off in any other way. */
  cancel(reason: Payload | undefined): void {
    if (this.#over) return;
    this.#end();
    this.#sent?.cancel(reason);
    this.#callOff();
  }

  withdraw(): void {
    if (this.#over) return;
    this.#end();
    this.#sent?.withdraw();
    this.#callOff();
  }

  #created(answer: Answer): void {
    const made = answer !== 'cancelled' && !('loss' in answer) && answer.ok;
    const taskId = made ? valueAt(answer.body, ['task', 'taskId'])?.json() : undefined;
    if (typeof taskId !== 'string') return this.#finish(answer);
    const { session } = this.#asking;
    this.#taskId = taskId;
    if (session !== undefined) this.#backend.taskOwners.note(taskId, session.holder);
    const about = aboutTask(this.#asking, this.#backend, { method: 'tasks/result', taskId });
    this.#backend.conversation?.keepProgress(this.#asking.id, about);
    this.#ask(about, (outcome) => this.#ended(outcome));
  }

  #ended(answer: Answer): void {
    if (answer === 'cancelled' || 'loss' in answer) this.#callOff();
    if (answer === 'cancelled' || 'loss' in answer || !answer.ok) return this.#finish(answer);
    this.#finish({ ok: true, body: withoutMeta(answer.body, [META.relatedTask]) });
  }

  #callOff(): void {
    const taskId = this.#taskId;
    if (taskId === undefined || !this.#backend.isOpen) return;
    const about = aboutTask(this.#asking, this.#backend, { method: 'tasks/cancel', taskId });
    this.#backend.request(about, () => {});
  }

  #finish(answer: Answer): void {
    if (this.#over) return;
    this.#end();
    this.#done(answer);
  }

  #end(): void {
    this.#over = true;
    this.#backend.conversation?.dropProgress(this.#asking.id);
  }

  #ask(asking: Asking, then: (answer: Answer) => void): void {
    let answered = false;
    const sent = this.#backend.request(asking, (answer) => {
      answered = true;
      this.#sent = undefined;
      then(answer);
    });
    if (!answered) this.#sent = sent;
  }
}
