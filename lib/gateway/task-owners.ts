import type { Payload } from '../wire/payload.ts';

/** Tasks whose owner is remembered for one backend; the oldest is forgotten first. */
const MOST_TASKS = 10_000;
/** Longer ids are nobody's, so that a server cannot fill the memory with them. */
const LONGEST_ID = 512;

interface Known {
  readonly subject: string;
  /** Its client has called it off, which is final in 2025-11-25 whatever the server goes on to do. */
  cancelled: boolean;
}

/** What one task of a legacy server wants to know, for a modern client that sees it with the task. */
export interface TaskInput {
  /** The questions that wait for an answer. */
  readonly wanted: readonly { readonly key: string; readonly method: string; readonly params: Payload | undefined }[];
  hear(answers: ReadonlyMap<string, Payload>): void;
}

/** Whose calls made the tasks of one backend. The backend itself does not know its users apart. */
export class TaskOwners {
  /** What tasks wait for, by their ids; each goes when it is over. */
  readonly inputs = new Map<string, TaskInput>();
  /** How many tasks have been noted, ever. */
  made = 0;
  readonly #tasks = new Map<string, Known>();

  note(taskId: string, subject: string): void {
    this.made++;
    if (taskId.length > LONGEST_ID) return;
    if (this.#tasks.size >= MOST_TASKS) this.#tasks.delete(this.#tasks.keys().next().value!);
    this.#tasks.set(taskId, { subject, cancelled: false });
  }

  /** The subject whose call made the task; undefined when that was not seen, for instance in an earlier run. */
  of(taskId: string): string | undefined {
    return this.#tasks.get(taskId)?.subject;
  }

  /** Tasks the subject's calls have made, newest first. */
  madeBy(subject: string): string[] {
    const made: string[] = [];
    for (const [taskId, known] of this.#tasks) if (known.subject === subject) made.push(taskId);
    return made.reverse();
  }

  cancel(taskId: string): void {
    const known = this.#tasks.get(taskId);
    if (known !== undefined) known.cancelled = true;
  }

  isCancelled(taskId: string): boolean {
    return this.#tasks.get(taskId)?.cancelled === true;
  }

  /** The backend does not know it any more. */
  forget(taskId: string): void {
    this.#tasks.delete(taskId);
  }
}
