import type { Answer } from '../model/call.ts';
import { LOG_LEVELS } from '../protocol/methods.ts';
import type { Session } from './session.ts';

/** Who wants to hear of progress, and how it went so far. */
export interface ProgressWanted {
  /** Who asked; undefined when the gateway did for itself. */
  readonly session: Session | undefined;
  /** Raw JSON of the client's progress token, when progress is wanted. */
  readonly progressToken: string | undefined;
  lastProgress: number;
}

/** A request a backend has not answered. */
export interface Pending extends ProgressWanted {
  readonly id: number;
  readonly method: string;
  /** Least level of log messages wanted for it (modern). */
  readonly logLevel: string | undefined;
  /** Time it may still take; undefined when it may take any. */
  remainingMs: number | undefined;
  /** Nobody waits for the answer; kept because the backend is still busy with it. */
  abandoned: boolean;
  /** Milliseconds since it was abandoned for taking too long. */
  overdueMs: number | undefined;
  readonly done: (answer: Answer) => void;
}

/** The requests one backend has not answered, by the id the gateway gave them. */
export class PendingTable {
  readonly #entries = new Map<number, Pending>();

  get size(): number {
    return this.#entries.size;
  }

  add(entry: Pending): void {
    this.#entries.set(entry.id, entry);
  }

  find(id: string | number | undefined): Pending | undefined {
    return typeof id === 'number' ? this.#entries.get(id) : undefined;
  }

  /** Takes an entry out; a second answer finds nothing. */
  take(id: string | number | undefined): Pending | undefined {
    const entry = this.find(id);
    if (entry !== undefined) this.#entries.delete(entry.id);
    return entry;
  }

  /** Takes out everything, when the backend is gone. */
  takeAll(): Pending[] {
    const all = [...this.#entries.values()];
    this.#entries.clear();
    return all;
  }

  *[Symbol.iterator](): IterableIterator<Pending> {
    yield* this.#entries.values();
  }

  /** Whether `session` waits for something for which it wants log messages of `level`. */
  wantsLog(session: Session, level: number): boolean {
    for (const pending of this.#entries.values()) {
      if (pending.session !== session || pending.logLevel === undefined) continue;
      if (level >= LOG_LEVELS.indexOf(pending.logLevel as (typeof LOG_LEVELS)[number])) return true;
    }
    return false;
  }

  /** Sessions that wait for an answer now. */
  waiting(): Set<Session> {
    const sessions = new Set<Session>();
    for (const { session, abandoned } of this.#entries.values()) {
      if (session !== undefined && !abandoned) sessions.add(session);
    }
    return sessions;
  }
}
