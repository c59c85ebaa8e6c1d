import type { Guardian } from '../../guardian.ts';
import type { Question, Scorer } from '../scorer.ts';
import { ModelProcess } from './model-process.ts';
import type { ModelFiles } from './protocol.ts';
import { partsOf } from './windows.ts';

/** A model that takes this many times as long as it may is stuck; one that is only late is let finish. */
const STUCK_TIMES = 5;
const LEAST_STUCK_MS = 2000;

/**
 * Has a model in a process beside judge texts, one at a time. A process that is stuck or has ended is replaced: at once
 * when it was ready before, else when something is asked again.
 */
export class OnnxScorer implements Scorer {
  readonly #files: ModelFiles;
  readonly #stuckMs: number;
  readonly #guardian: Guardian;
  #running: ModelProcess | undefined;
  readonly #ending = new Set<Promise<void>>();
  #isClosed = false;

  constructor(files: ModelFiles, timeoutMs: number, guardian: Guardian) {
    this.#files = files;
    this.#stuckMs = Math.max(LEAST_STUCK_MS, STUCK_TIMES * timeoutMs);
    this.#guardian = guardian;
  }

  async score({ text, suspicious, signal }: Question): Promise<number> {
    const running = this.#start();
    if (!running.isReady) await orAborted(running.ready, signal);
    return running.ask(partsOf(text, suspicious));
  }

  warm(): void {
    this.#start();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running?.close();
    await Promise.all(this.#ending);
  }

  #start(): ModelProcess {
    if (this.#isClosed) throw new Error('it is closed');
    if (this.#running !== undefined && !this.#running.isOver) return this.#running;
    const running = new ModelProcess(this.#files, this.#stuckMs, this.#guardian);
    this.#running = running;
    let wasReady = false;
    running.ready.then(
      () => {
        wasReady = true;
      },
      () => {},
    );
    const gone = running.gone.then(() => {
      this.#ending.delete(gone);
      if (wasReady && !this.#isClosed && this.#running === running) this.#start();
    });
    this.#ending.add(gone);
    return running;
  }
}

/** Nobody waits for a model to be loaded longer than for its answer. */
function orAborted(ready: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(new Error('the model is not loaded yet'));
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted, { once: true });
    ready.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
