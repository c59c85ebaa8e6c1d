import { askingTask } from '../../translate/task-outcomes.ts';
import { Payload } from '../../wire/payload.ts';
import type { Outlet } from '../outlet.ts';
import type { Asking, Backend, ProgressWanted, Session } from '../ports.ts';
import type { Recorded } from '../turn.ts';

/** What is asked about a task. */
export interface TaskQuestion {
  readonly method: string;
  readonly taskId: string;
  /** JSON text of `inputResponses`. */
  readonly inputResponses?: string;
  /** Without its record the question must not leave; only the first of several has one. */
  readonly owner?: Recorded | undefined;
}

/** A question of the gateway's own about a task, for whoever waits for the answer to `of`. */
export function aboutTask(of: Asking, backend: Backend, question: TaskQuestion): AskedInstead {
  const { method, taskId, inputResponses, owner } = question;
  const more = inputResponses === undefined ? '' : `,"inputResponses":${inputResponses}`;
  const params = Payload.of(`{"taskId":${JSON.stringify(taskId)}${more}}`);
  return new AskedInstead(of, { id: backend.nextId(), method, params, owner });
}

/** The same call, which asks for a task. */
export function asTask(of: Asking): AskedInstead {
  const { id, method, params, owner, offered } = of;
  return new AskedInstead(of, { id, method, params: params && askingTask(params), owner, offered });
}

/** Something asked in place of another request. Who waits for that may change: a client can come back with a new one. */
export class AskedInstead implements Asking, ProgressWanted {
  readonly id: number;
  readonly method: string;
  readonly params: Payload | undefined;
  readonly owner: Recorded | undefined;
  readonly timeoutMs: number | undefined;
  readonly tasks = true;
  readonly offered: Asking['offered'];
  lastProgress = Number.NEGATIVE_INFINITY;
  readonly #of: Asking;

  constructor(
    of: Asking,
    { id, method, params, owner, offered }: Pick<Asking, 'id' | 'method' | 'params' | 'owner' | 'offered'>,
  ) {
    this.id = id;
    this.method = method;
    this.params = params;
    this.owner = owner;
    this.offered = offered;
    this.timeoutMs = of.timeoutMs;
    this.#of = of;
  }

  get session(): Session | undefined {
    return this.#of.session;
  }

  get caller(): Asking['caller'] {
    return this.#of.caller;
  }

  get outlet(): Outlet | undefined {
    return this.#of.outlet;
  }

  get questions(): Asking['questions'] {
    return this.#of.questions;
  }

  get progressToken(): string | undefined {
    return this.#of.progressToken;
  }
}
