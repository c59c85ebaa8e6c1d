import type { Answer } from '../../model/call.ts';
import { IdTable } from '../../model/id-table.ts';
import type { Payload } from '../../wire/payload.ts';
import type { Outlet } from '../outlet.ts';
import type { Asking, ProgressWanted, Session } from '../ports.ts';
import type { Sent } from '../question.ts';

/** Where a request waits: what calls it off. */
export interface Waiting {
  abandon(pending: Pending, reason: Payload | undefined): void;
  withdraw(pending: Pending): void;
}

/** A request a backend has not answered. */
export class Pending implements Sent, ProgressWanted {
  readonly asking: Asking;
  readonly done: (answer: Answer) => void;
  /** Time it may still take; undefined when it may take any. */
  remainingMs: number | undefined;
  /** Nobody waits for the answer; kept because the backend is still busy with it. */
  abandoned = false;
  /** Milliseconds since it was abandoned for taking too long. */
  overdueMs: number | undefined;
  lastProgress = Number.NEGATIVE_INFINITY;
  readonly #where: Waiting;

  constructor(asking: Asking, done: (answer: Answer) => void, where: Waiting) {
    this.asking = asking;
    this.done = done;
    this.remainingMs = asking.timeoutMs;
    this.#where = where;
  }

  get id(): number {
    return this.asking.id;
  }

  get session(): Session | undefined {
    return this.asking.session;
  }

  get outlet(): Outlet | undefined {
    return this.asking.outlet;
  }

  get progressToken(): string | undefined {
    return this.asking.progressToken;
  }

  cancel(reason: Payload | undefined): void {
    this.#where.abandon(this, reason);
  }

  withdraw(): void {
    this.#where.withdraw(this);
  }
}

/** The requests one backend has not answered, by the id the gateway gave them. */
export class PendingTable {
  readonly #entries = new IdTable<Pending>();
  /** How many are whose, by subject; the gateway's own are nobody's. */
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#entries.size;
  }

  /** Those a principal asked, over all its sessions. */
  sizeFor(subject: string): number {
    return this.#counts.get(subject) ?? 0;
  }

  add(entry: Pending): void {
    this.#entries.set(entry.id, entry);
    this.#count(entry, 1);
  }

  find(id: string | number | undefined): Pending | undefined {
    return typeof id === 'number' ? this.#entries.get(id) : undefined;
  }

  /** Takes an entry out; a second answer finds nothing. */
  take(id: string | number | undefined): Pending | undefined {
    const entry = this.find(id);
    if (entry !== undefined) {
      this.#entries.delete(entry.id);
      this.#count(entry, -1);
    }
    return entry;
  }

  /** Takes out everything, when the backend is gone. */
  takeAll(): Pending[] {
    const all = this.#entries.values();
    this.#entries.clear();
    this.#counts.clear();
    return all;
  }

  *[Symbol.iterator](): IterableIterator<Pending> {
    yield* this.#entries.values();
  }

  /** Those of clients that nobody has called off, oldest first; with `about`, that one alone. */
  waiting(about?: number): Pending[] {
    const all = about === undefined ? this.#entries.values() : [this.find(about)];
    const waiting = all.filter((entry): entry is Pending => entry?.session !== undefined && !entry.abandoned);
    return waiting.sort((a, b) => a.id - b.id);
  }

  #count({ session }: Pending, change: number): void {
    if (session !== undefined) this.#counts.set(session.owner, this.sizeFor(session.owner) + change);
  }
}
