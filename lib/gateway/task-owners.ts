/** Tasks whose owner is remembered for one backend; the oldest is forgotten first. */
const MOST_TASKS = 10_000;
/** Longer ids are nobody's, so that a server cannot fill the memory with them. */
const LONGEST_ID = 512;

/** Whose calls made the tasks of one backend. The backend itself does not know its users apart. */
export class TaskOwners {
  readonly #subjects = new Map<string, string>();

  note(taskId: string, subject: string): void {
    if (taskId.length > LONGEST_ID) return;
    if (this.#subjects.size >= MOST_TASKS) this.#subjects.delete(this.#subjects.keys().next().value!);
    this.#subjects.set(taskId, subject);
  }

  /** The subject whose call made the task; undefined when that was not seen, for instance in an earlier run. */
  of(taskId: string): string | undefined {
    return this.#subjects.get(taskId);
  }
}
