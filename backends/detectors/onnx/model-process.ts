import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { backendEnvironment } from '../../environment.ts';
import type { Guardian } from '../../guardian.ts';
import { LastLine } from '../../last-line.ts';
import { ServerProcess } from '../../process.ts';
import type { Answered, Asked, ModelFiles } from './protocol.ts';

/** A large model on a slow disk is loaded within this time. */
const LOADING_MS = 60_000;
const END_TERM_MS = 100;
const END_KILL_MS = 300;

interface Waiting {
  readonly id: number;
  readonly resolve: (score: number) => void;
  readonly reject: (why: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** One start of the process a model runs in: ready after a while, asked one thing at a time, then gone for good. */
export class ModelProcess {
  /** Rejects when it ends before it is ready. */
  readonly ready: Promise<void>;
  /** Resolves when nothing of it is left. */
  readonly gone: Promise<void>;
  readonly #process: ServerProcess;
  readonly #stuckMs: number;
  readonly #lastLine = new LastLine();
  #waiting: Waiting | undefined;
  #nextId = 1;
  #fault: string | undefined;
  #isReady = false;
  #over = false;
  #settle: { resolve: () => void; reject: (why: Error) => void } | undefined;
  readonly #loading: NodeJS.Timeout;

  /** An answer that takes longer than `stuckMs` never comes. */
  constructor(files: ModelFiles, stuckMs: number, guardian: Guardian) {
    this.#stuckMs = stuckMs;
    guardian.watch();
    this.#process = new ServerProcess(commandFor(files), guardian);
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.ready.catch(() => {});
    this.#loading = setTimeout(() => this.#kill(`was not loaded within ${LOADING_MS / 1000} s`), LOADING_MS);
    const { stdin, stdout, stderr, exited } = this.#process;
    stdin.on('error', () => {});
    createInterface({ input: stdout }).on('line', (line) => this.#heard(line));
    createInterface({ input: stderr }).on('line', (line) => this.#lastLine.note(line));
    this.gone = exited.then(async ({ code, signal, error }) => {
      const said = error?.message ?? this.#fault ?? this.#lastLine.text;
      this.#lost(`ended (${signal ?? `exit ${code}`})${said === undefined ? '' : `: ${said}`}`);
      await this.#process.end(END_TERM_MS, END_KILL_MS);
    });
  }

  get isReady(): boolean {
    return this.#isReady && !this.#over;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** To be asked when it is ready and has answered what it was asked before. */
  ask(parts: readonly string[]): Promise<number> {
    const id = this.#nextId++;
    const asked: Asked = { id, parts };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#kill('did not answer and was ended'), this.#stuckMs);
      this.#waiting = { id, resolve, reject, timer };
      this.#process.stdin.write(`${JSON.stringify(asked)}\n`);
    });
  }

  /** Ends it; what it was asked fails. */
  async close(): Promise<void> {
    this.#lost('is closed');
    await this.#process.end(END_TERM_MS, END_KILL_MS);
    await this.gone;
  }

  /** Runtimes may write to its output as well, which is nothing to us. */
  #heard(line: string): void {
    const answer = answerIn(line);
    if (answer === undefined || this.#over) return;
    if ('ready' in answer) {
      clearTimeout(this.#loading);
      this.#isReady = true;
      return this.#settle?.resolve();
    }
    if (answer.id === undefined && 'fault' in answer) this.#fault = answer.fault;
    const waiting = this.#waiting;
    if (waiting === undefined || waiting.id !== answer.id) return;
    this.#waiting = undefined;
    clearTimeout(waiting.timer);
    if ('score' in answer) waiting.resolve(answer.score);
    else waiting.reject(new Error(`could not judge a text: ${answer.fault}`));
  }

  #kill(why: string): void {
    this.#lost(why);
    void this.#process.end(0, 0);
  }

  #lost(why: string): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#loading);
    const error = new Error(`the process of the model ${why}`);
    this.#settle?.reject(error);
    clearTimeout(this.#waiting?.timer);
    this.#waiting?.reject(error);
  }
}

function answerIn(line: string): Answered | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Answered) : undefined;
  } catch {
    return undefined;
  }
}

/** With the base of an environment only; the keys of the gateway and of its backends are none of its business. */
function commandFor(files: ModelFiles) {
  const { variables } = backendEnvironment(process.env, [], {});
  const args = [programFile(), JSON.stringify(files)];
  const around = { inputs: [], handsOver: false, hasInner: false, verbatim: false };
  return { file: process.execPath, args, env: variables, cwd: '/', ...around };
}

/** Beside this file in the bundle or, as it was compiled, in its folder. */
export function programFile(here = import.meta.url): string {
  const bundled = fileURLToPath(new URL('./classifier.cjs', here));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('./classify.js', here));
}
