import { randomBytes } from 'node:crypto';
import { Book, type Forgotten } from '../../lib/anomaly/book.ts';
import { HiddenNames } from '../../lib/anomaly/hidden-names.ts';
import type { Lesson } from '../../lib/anomaly/lesson.ts';
import { processRuns } from '../../lib/model/process-runs.ts';
import type { Folded } from '../journal.ts';

const FORMAT = 'sallyport habits 1';
const KEY = /^[0-9a-f]{64}$/;

/** What another process had forgotten. */
export type ForgottenElsewhere = (account: string | undefined, tool: string | undefined) => void;

/**
 * Profiles that several processes learn at once, as a journal folds them: each writes what it has learned since it wrote
 * last, and takes in what others wrote. What is judged by is all of it and what was not written yet.
 */
export class KeptBook implements Folded {
  readonly runs = processRuns;
  /** All that is known here. */
  readonly known: Book;
  readonly #forgottenElsewhere: ForgottenElsewhere;
  #unwritten = new Book();
  /** Lines of ours whose content is in `known` already. */
  readonly #ours = new Set<string>();
  #key = randomBytes(32).toString('hex');
  #names = new HiddenNames(this.#key);
  #restored = false;
  /** Lines by which something was forgotten; they are met again when the journal is read again. */
  readonly #obeyed = new Set<string>();

  constructor(forgotten: Forgotten, forgottenElsewhere: ForgottenElsewhere) {
    this.known = new Book(forgotten);
    this.#forgottenElsewhere = forgottenElsewhere;
  }

  get names(): HiddenNames {
    return this.#names;
  }

  get hasUnwritten(): boolean {
    return this.#unwritten.size > 0;
  }

  learn(lesson: Lesson): void {
    this.known.learn(lesson);
    this.#unwritten.learn(lesson);
  }

  /** Has `write` put down what was learned; when it throws, that waits for the next time. */
  write(id: string, write: (line: string) => void): void {
    const written = this.#unwritten;
    this.#unwritten = new Book();
    this.#ours.add(id);
    try {
      write(JSON.stringify(['learned', id, written.kept()]));
    } catch (error) {
      written.merge(this.#unwritten);
      this.#unwritten = written;
      throw error;
    } finally {
      this.#ours.delete(id);
      this.settle();
    }
  }

  /** To be called when the journal was read: what was read anew lacks what was not written yet. */
  settle(): void {
    if (this.#restored) this.known.merge(this.#unwritten);
    this.#restored = false;
  }

  static forgetting(id: string, account: string | undefined, tool: string | undefined): string {
    return JSON.stringify(['forgotten', id, account ?? null, tool ?? null]);
  }

  restore(line: string): void {
    const [format, key, accounts] = JSON.parse(line) as readonly unknown[];
    if (format !== FORMAT) throw new Error('the profiles were kept by another version');
    if (typeof key !== 'string' || !KEY.test(key)) throw new Error('the profiles have no key');
    const book = new Book();
    book.restore(accounts);
    this.known.clear();
    this.known.merge(book);
    this.#ours.clear();
    this.#restored = true;
    if (key === this.#key) return;
    // What was learned under another key cannot be compared with anything.
    this.#unwritten = new Book();
    this.#key = key;
    this.#names = new HiddenNames(key);
  }

  apply(line: string): void {
    let record: unknown;
    try {
      record = JSON.parse(line);
    } catch {
      return;
    }
    if (!Array.isArray(record) || typeof record[1] !== 'string' || this.#ours.has(record[1])) return;
    const [kind, , first, second] = record as unknown[];
    if (kind === 'learned') this.#take(first);
    if (kind === 'forgotten' && isName(first) && isName(second))
      this.#forget(record[1], first ?? undefined, second ?? undefined);
  }

  summary(): string {
    return JSON.stringify([FORMAT, this.#key, this.known.kept()]);
  }

  #take(accounts: unknown): void {
    const book = new Book();
    try {
      book.restore(accounts);
    } catch {
      // A line of another version teaches nothing.
      return;
    }
    this.known.merge(book);
  }

  #forget(id: string, account: string | undefined, tool: string | undefined): void {
    this.known.forget(account, tool);
    if (this.#obeyed.has(id)) return;
    this.#obeyed.add(id);
    this.#unwritten.forget(account, tool);
    this.#forgottenElsewhere(account, tool);
  }
}

function isName(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
