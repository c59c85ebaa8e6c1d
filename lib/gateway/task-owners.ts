import type { Session } from './session.ts';

/** Tasks whose owner is remembered for one backend; the oldest is forgotten first. */
const MOST_TASKS = 10_000;

/** Whose calls made the tasks of one backend. The backend itself does not know its users apart. */
export class TaskOwners {
  readonly #subjects = new Map<string, string>();

  note(taskId: string, { subject }: Session): void {
    if (this.#subjects.size >= MOST_TASKS) this.#subjects.delete(this.#subjects.keys().next().value!);
    this.#subjects.set(taskId, subject);
  }

  /** A task nobody is known to have made, for instance in an earlier run, is shown while there is only one user. */
  mayKnow(taskId: string, { subject, engine }: Session): boolean {
    const owner = this.#subjects.get(taskId);
    if (owner !== undefined) return owner === subject;
    return [...engine.sessions].every((other) => other.subject === subject);
  }
}
