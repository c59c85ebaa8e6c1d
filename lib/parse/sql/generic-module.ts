import type { SqlDialect } from '../../model/rules.ts';
import { AskedInTurn, type Said, threadProgram } from '../../threads/asked-in-turn.ts';
import { type SqlFacts, SqlFault } from './facts.ts';

/** What is asked of the thread that parses. */
export interface Question {
  readonly dialect: SqlDialect;
  readonly texts: readonly [string] | readonly [string, string];
}

/** Facts of one text, or whether two differ in their limits only. */
type Parsed = { readonly facts: SqlFacts } | { readonly same: boolean };
/** What the thread says; a fault where neither can be said. */
export type Answer = Parsed | Said;

/** Longest a text may take. The parser goes back and forth, so that few characters can keep it busy for years. */
const MOST_MS = 2000;
const MOST_WAITING = 64;

/** Parses in a thread of its own, one text after the other, so that one that takes too long can be given up. */
export class GenericModule {
  readonly #thread = new AskedInTurn<Question, Parsed>({
    program: workerFile(),
    memoryMb: 256,
    tooMuch: 'it is more than the parser can take',
    mayTake: () => MOST_MS,
    hand: (question, worker) => worker.postMessage(question),
  });

  /** Starts the thread, so that the first text need not wait for it. */
  warm(): void {
    this.#thread.warm();
  }

  ask(question: Question): Promise<Answer> {
    if (this.#thread.waiting >= MOST_WAITING) throw new SqlFault('too many texts wait to be read');
    return this.#thread.ask(question);
  }
}

export function workerFile(here = import.meta.url): string {
  return threadProgram('sql-worker.cjs', here);
}
