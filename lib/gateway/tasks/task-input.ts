import type { InputRequest } from '../../translate/input-requests.ts';
import { modernElicitation, modernQuestion } from '../../translate/questions.ts';
import type { Payload } from '../../wire/payload.ts';
import { HeldQuestions } from '../bridge/held-questions.ts';
import type { Asking, Backend, Request } from '../ports.ts';
import type { Sent } from '../question.ts';
import type { TaskInput } from '../task-owners.ts';
import { aboutTask } from './about.ts';

/** A client that does not look at its task for this long has given up. */
const HELD_MS = 5 * 60 * 1000;
/** Tasks of one backend that may be asked about at a time. */
const MOST_INPUTS = 50;

/**
 * What a task of a legacy server waits for. The server tells that it wants something, but asks for it only of whoever
 * waits for the result (2025-11-25, tasks), so the gateway does. Its client sees the questions in the task, and answers
 * with `tasks/update`; what the task comes to, it is told when it looks.
 */
class HeldInput implements TaskInput {
  readonly #backend: Backend;
  readonly #taskId: string;
  readonly #request: Request;
  readonly #questions: HeldQuestions;
  #sent: Sent | undefined;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(request: Request, backend: Backend, taskId: string) {
    const words = (method: string, params: Payload) =>
      method === 'elicitation/create' ? modernElicitation(params) : modernQuestion(params);
    this.#request = request;
    this.#backend = backend;
    this.#taskId = taskId;
    this.#questions = new HeldQuestions({ backend, who: request, words, came: () => {} });
  }

  begin(): void {
    const { session, caller } = this.#request;
    this.#stay();
    const questions = {
      // The clock of other calls does not stop for a task, which has no time limit.
      openQuestions: 0,
      ask: this.#questions.ask.bind(this.#questions),
      withdrawQuestion: this.#questions.withdrawQuestion.bind(this.#questions),
    };
    const asker: Asking = { id: 0, method: 'tasks/result', params: undefined, session, caller, questions };
    const about = aboutTask(asker, this.#backend, { method: 'tasks/result', taskId: this.#taskId });
    this.#sent = this.#backend.request(about, () => this.#end());
  }

  get wanted(): readonly InputRequest[] {
    this.#stay();
    return this.#questions.waiting;
  }

  hear(answers: ReadonlyMap<string, Payload>): void {
    this.#stay();
    this.#questions.hear(answers);
  }

  #stay(): void {
    if (this.#over) return;
    clearTimeout(this.#timer);
    const { turn } = this.#request.session.engine;
    this.#timer = setTimeout(() => turn.run(() => this.#giveUp()), HELD_MS).unref();
  }

  #giveUp(): void {
    this.#end();
    this.#sent?.cancel(undefined);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#backend.taskOwners.inputs.delete(this.#taskId);
    this.#questions.close();
  }
}

/** What the task waits for, as far as its server has asked for it; undefined when this client cannot be asked. */
export function inputOf(request: Request, backend: Backend, taskId: string): readonly InputRequest[] | undefined {
  const { inputs } = backend.taskOwners;
  const known = inputs.get(taskId);
  if (known !== undefined) return known.wanted;
  const { capabilities } = request.caller;
  const answers = ['elicitation', 'sampling', 'roots'].some((kind) => (capabilities[kind] ?? undefined) !== undefined);
  if (!answers || inputs.size >= MOST_INPUTS) return undefined;
  const input = new HeldInput(request, backend, taskId);
  inputs.set(taskId, input);
  input.begin();
  return input.wanted;
}
