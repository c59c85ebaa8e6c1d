import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SqlDialect } from '../../model/rules.ts';
import { type SqlFacts, SqlFault } from './facts.ts';

/** What is asked of the thread that parses. */
export interface Question {
  readonly dialect: SqlDialect;
  readonly texts: readonly [string] | readonly [string, string];
}

/** Facts of one text, whether two differ in their limits only, or why neither can be said. */
export type Answer =
  | { readonly ready: true }
  | { readonly facts: SqlFacts }
  | { readonly same: boolean }
  | { readonly fault: string };

interface Waiting {
  readonly question: Question;
  readonly answer: (answer: Answer) => void;
}

/** Longest a text may take. The parser goes back and forth, so that few characters can keep it busy for years. */
const MOST_MS = 2000;
/** Longest the thread may take to load the parser. */
const MOST_LOADING_MS = 30_000;
const MOST_WAITING = 64;

/**
 * Parses in a thread of its own, one text after the other, so that one that takes too long can be given up with its
 * thread. The thread does not keep the process alive while it has nothing to do.
 */
export class GenericModule {
  readonly #waiting: Waiting[] = [];
  #worker: Worker | undefined;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;

  /** Starts the thread, so that the first text need not wait for it. */
  warm(): void {
    this.#worker ??= this.#start();
    if (this.#waiting.length === 0) this.#worker.unref();
  }

  ask(question: Question): Promise<Answer> {
    if (this.#waiting.length >= MOST_WAITING) throw new SqlFault('too many texts wait to be read');
    return new Promise((answer) => {
      this.#waiting.push({ question, answer });
      if (this.#waiting.length === 1) this.#next();
    });
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#worker?.unref();
      return;
    }
    this.#worker ??= this.#start();
    this.#worker.ref();
    const giveUp = () => this.#giveUp('it takes too long to read');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(giveUp, this.#ready ? MOST_MS : MOST_LOADING_MS);
    if (this.#ready) this.#worker.postMessage(first.question);
  }

  #start(): Worker {
    const worker = new Worker(workerFile(), { resourceLimits: { maxOldGenerationSizeMb: 256 }, env: {} });
    const failed = () => {
      if (this.#worker === worker) this.#giveUp('it is more than the parser can take');
    };
    worker
      .on('message', (answer: Answer) => this.#answered(answer))
      .on('error', failed)
      .on('exit', failed);
    return worker;
  }

  #giveUp(fault: string): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = false;
    this.#answered({ fault });
  }

  #answered(answer: Answer): void {
    clearTimeout(this.#timer);
    if ('ready' in answer) this.#ready = true;
    else this.#waiting.shift()?.answer(answer);
    this.#next();
  }
}

/** Beside this file in the bundle or, as it was compiled, in its folder. */
export function workerFile(here = import.meta.url): string {
  const bundled = fileURLToPath(new URL('./sql-worker.cjs', here));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('./worker.js', here));
}
