import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** What a thread says once it can be asked, and instead of an answer. */
export type Said = { readonly ready: true } | { readonly fault: string };

export interface ThreadParts<Q> {
  /** Its program, which says that it is ready, and then something for each question. */
  readonly program: string;
  readonly memoryMb: number;
  /** What is said when it dies of a question. */
  readonly tooMuch: string;
  /** Longest a question may take, in milliseconds. */
  mayTake(question: Q): number;
  /** Gives it a question, in one message or more. `isLost` once the thread was given up. */
  hand(question: Q, worker: Worker, isLost: () => boolean): void;
}

interface Waiting<Q, A> {
  readonly question: Q;
  readonly answer: (answer: A | { readonly fault: string }) => void;
}

/** Longest it may take to load what it needs. */
const MOST_LOADING_MS = 30_000;

/**
 * A thread that is asked one thing after the other. A question that takes too long is given up with the thread, and the
 * next one gets another. It does not keep the process alive while it has nothing to do.
 */
export class AskedInTurn<Q, A extends object> {
  readonly #parts: ThreadParts<Q>;
  readonly #waiting: Waiting<Q, A>[] = [];
  #worker: Worker | undefined;
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: ThreadParts<Q>) {
    this.#parts = parts;
  }

  /** Questions without an answer so far. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Starts the thread, so that the first question need not wait for it. */
  warm(): void {
    this.#worker ??= this.#start();
    if (this.#waiting.length === 0) this.#worker.unref();
  }

  ask(question: Q): Promise<A | { readonly fault: string }> {
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
    const worker = this.#worker;
    const { hand, mayTake } = this.#parts;
    clearTimeout(this.#timer);
    const most = this.#isReady ? mayTake(first.question) : MOST_LOADING_MS;
    this.#timer = setTimeout(() => this.#giveUp('it takes too long to read'), most);
    if (this.#isReady) hand(first.question, worker, () => this.#worker !== worker);
  }

  #start(): Worker {
    const { program, memoryMb, tooMuch } = this.#parts;
    const worker = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: memoryMb }, env: {} });
    const failed = () => {
      if (this.#worker === worker) this.#giveUp(tooMuch);
    };
    worker
      .on('message', (said: Said | A) => {
        if (this.#worker === worker) this.#heard(said);
      })
      .on('error', failed)
      .on('exit', failed);
    return worker;
  }

  #giveUp(fault: string): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#isReady = false;
    void worker?.terminate();
    this.#heard({ fault });
  }

  #heard(said: Said | A): void {
    clearTimeout(this.#timer);
    if ('ready' in said) this.#isReady = true;
    else this.#waiting.shift()?.answer(said);
    this.#next();
  }
}

/** The program of a thread: in the bundle `bundled`, beside `here`; as it was compiled, `worker.js` in its folder. */
export function threadProgram(bundled: string, here: string): string {
  const file = fileURLToPath(new URL(`./${bundled}`, here));
  return existsSync(file) ? file : fileURLToPath(new URL('./worker.js', here));
}
