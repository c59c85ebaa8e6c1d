import { isPromise, type Later } from '../model/later.ts';

/** Lets the requests of a client reach a backend in the order they came, though deciding about one may take longer. */
export class InOrder {
  readonly #last = new Map<string, Promise<void>>();

  /** Takes `step` at once, or when all earlier ones of `key` are done; a step must not throw or reject. */
  run(key: string, step: () => Later<void>): void {
    const before = this.#last.size === 0 ? undefined : this.#last.get(key);
    const taken = before === undefined ? step() : before.then(step);
    if (!isPromise(taken)) return;
    const done = taken.then(() => {
      if (this.#last.get(key) === done) this.#last.delete(key);
    });
    this.#last.set(key, done);
  }
}
