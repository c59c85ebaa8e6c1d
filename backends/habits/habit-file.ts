import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { Habituation } from '../../lib/anomaly/habituation.ts';
import type { AnomalyConfig, Habits, HabitsSource, HabitsUse, TellHabits } from '../../lib/model/anomaly.ts';
import { Journal } from '../journal.ts';
import { KeptBook } from './kept-book.ts';

/** How often what was learned is written, and what others learned is read. A crash loses no more. */
const WRITTEN_MS = 30_000;
/** Bytes of records after which the journal is begun anew, which takes milliseconds. */
const JOURNAL_BYTES = 1024 * 1024;

/**
 * What is usual of callers, in a folder that all gateways of one user share: servers that are wrapped one by one end with
 * their client, and each would begin to learn anew. Profiles that cannot be read are put aside, and those that cannot be
 * written stay in memory; both are told, since whoever has nothing to go by flags nothing.
 */
export class HabitFile implements HabitsSource {
  readonly #dir: string;
  readonly #book: KeptBook;
  readonly #self = `${process.pid}.${randomBytes(8).toString('hex')}`;
  #tell: TellHabits;
  #journal: Journal | undefined;
  #count = 0;
  #opened = false;
  #failing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(dir: string, tell: TellHabits) {
    this.#dir = dir;
    this.#tell = tell;
    this.#book = new KeptBook(
      (account, tool) =>
        this.#tell('anomaly_forgotten', { principal: account, ...named(tool), why: 'there is no room' }),
      (account, tool) => {
        if (this.#opened)
          this.#tell('anomaly_forgotten', { ...(account && { principal: account }), ...named(tool), why: 'asked for' });
      },
    );
  }

  open(config: AnomalyConfig, use: HabitsUse): Habits {
    this.#read(use);
    const book = this.#book;
    const memory = {
      account: (name: string) => book.known.accounts.get(name),
      learn: (lesson: Parameters<KeptBook['learn']>[0]) => {
        book.learn(lesson);
        this.#timer ??= setTimeout(() => this.#write(), WRITTEN_MS).unref();
      },
      get names() {
        return book.names;
      },
    };
    return new Habituation(config, memory, use, (event, fields) => this.#tell(event, fields));
  }

  /** Everything that was learned, as it is on disk now. Throws what keeps it from being read. */
  look(): KeptBook['known'] {
    if (hasJournal(this.#dir)) {
      const journal = this.#newJournal();
      journal.refresh();
      journal.close();
    }
    return this.#book.known;
  }

  /** Has all gateways forget; answers how many profiles of tools that were. Throws when it cannot be written. */
  forget(account: string | undefined, tool: string | undefined): number {
    const { accounts, size } = this.look();
    if (accounts.size === 0) return 0;
    const journal = this.#newJournal();
    journal.put(KeptBook.forgetting(this.#id(), account, tool));
    journal.close();
    return size - this.#book.known.size;
  }

  /** Writes what is left. */
  close(): void {
    this.#tell = () => {};
    clearTimeout(this.#timer);
    if (this.#book.hasUnwritten) this.#write();
    this.#journal?.close();
    this.#journal = undefined;
  }

  #newJournal(): Journal {
    return new Journal(this.#dir, this.#book, JOURNAL_BYTES);
  }

  #read(use: HabitsUse): void {
    if (this.#opened) return;
    const isThere = hasJournal(this.#dir);
    if (use === 'look') {
      if (isThere) this.#lookOnly();
      return;
    }
    if (!isThere) this.#tell('anomaly_learning', { why: 'nothing was learned before' });
    try {
      this.#begin();
    } catch (error) {
      this.#beginAnew(error as Error);
    }
    this.#opened = true;
  }

  /** What cannot be read is as if nothing was learned, for whoever asks about a call nobody makes. */
  #lookOnly(): void {
    try {
      this.look();
    } catch {
      this.#book.known.clear();
    }
  }

  #begin(): void {
    this.#journal = this.#newJournal();
    this.#journal.refresh();
    this.#book.settle();
  }

  #beginAnew({ message }: Error): void {
    this.#tell('anomaly_profiles_lost', { why: message });
    try {
      rmSync(`${this.#dir}.broken`, { recursive: true, force: true });
      renameSync(this.#dir, `${this.#dir}.broken`);
      this.#begin();
    } catch (error) {
      this.#journal = undefined;
      this.#tell('anomaly_profiles_not_kept', { why: (error as Error).message });
    }
  }

  #write(): void {
    this.#timer = undefined;
    const journal = this.#journal;
    if (journal === undefined) return;
    try {
      // What was forgotten elsewhere meanwhile must not come back.
      journal.refresh();
      this.#book.settle();
      if (this.#book.hasUnwritten) this.#book.write(this.#id(), (line) => journal.put(line));
      // Where the journal was removed, what was written went with it, and it is begun anew with all that is known.
      journal.refresh();
      this.#book.settle();
      this.#failing = false;
    } catch (error) {
      // Once, until it works again; what was learned is written with what is learned next.
      if (!this.#failing) this.#tell('anomaly_profiles_not_kept', { why: (error as Error).message });
      this.#failing = true;
    }
  }

  #id(): string {
    return `${this.#self}.${this.#count++}`;
  }
}

function hasJournal(dir: string): boolean {
  try {
    return readdirSync(dir).some((name) => name.startsWith('journal-'));
  } catch {
    return false;
  }
}

function named(tool: string | undefined) {
  return tool === undefined ? {} : { tool };
}
