import { isPromise, type Later } from '../model/later.ts';

type Step = () => Later<void>;

/** Bytes of requests of one client that may wait for one backend to be decided about. */
const MOST_BYTES = 16 * 1024 * 1024;
const NOT_WAITING = () => {};

/** Steps that wait for the one under way, each with the bytes of its request. */
class Waiting {
  readonly #steps = new Map<Step, number>();
  #bytes = 0;

  /** False where there is no room; a single one always has some. */
  add(step: Step, bytes: number): boolean {
    if (this.#bytes > 0 && this.#bytes + bytes > MOST_BYTES) return false;
    this.#steps.set(step, bytes);
    this.#bytes += bytes;
    return true;
  }

  leave(step: Step): void {
    const bytes = this.#steps.get(step);
    if (bytes === undefined) return;
    this.#steps.delete(step);
    this.#bytes -= bytes;
  }

  /** Takes the steps in turn until one is not done at once; undefined when none is left. */
  takeOn(): Promise<void> | undefined {
    for (const step of this.#steps.keys()) {
      this.leave(step);
      const taken = step();
      if (isPromise(taken)) return taken;
    }
    return undefined;
  }
}

/** Lets the requests of a client reach a backend in the order they came, though deciding about one may take longer. */
export class InOrder {
  /** By key; there is an entry while a step is under way. */
  readonly #waiting = new Map<string, Waiting>();

  /**
   * Takes `step` at once, or when all earlier ones of `key` are done; a step must not throw or reject. What is answered
   * makes it wait no longer, so that nothing is kept of a request that was called off. Undefined when so many `bytes`
   * wait already that this one cannot, and is not taken.
   */
  run(key: string, bytes: number, step: Step): (() => void) | undefined {
    const waiting = this.#waiting.size === 0 ? undefined : this.#waiting.get(key);
    if (waiting !== undefined) return waiting.add(step, bytes) ? () => waiting.leave(step) : undefined;
    const taken = step();
    if (isPromise(taken)) this.#wait(key, new Waiting(), taken);
    return NOT_WAITING;
  }

  #wait(key: string, waiting: Waiting, taken: Promise<void>): void {
    this.#waiting.set(key, waiting);
    void taken.then(() => {
      const next = waiting.takeOn();
      if (next === undefined) this.#waiting.delete(key);
      else this.#wait(key, waiting, next);
    });
  }
}
