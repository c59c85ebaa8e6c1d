/** Why an attempt was given up. */
export type GivenUp = 'late' | 'gone' | 'closing';

/** One try to connect, which ends when it has taken too long, nobody waits for it any more, or everything ends. */
export class Attempt {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #gone: AbortSignal;
  readonly #leave = () => this.giveUp('gone');

  /** `gone` is aborted when nobody waits for the connection any more. */
  constructor(ms: number, gone: AbortSignal) {
    this.#gone = gone;
    this.#timer = setTimeout(() => this.giveUp('late'), ms);
    if (gone.aborted) this.giveUp('gone');
    else gone.addEventListener('abort', this.#leave, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get givenUp(): GivenUp | undefined {
    return this.signal.reason as GivenUp | undefined;
  }

  giveUp(why: GivenUp): void {
    this.#controller.abort(why);
  }

  settle(): void {
    clearTimeout(this.#timer);
    this.#gone.removeEventListener('abort', this.#leave);
  }

  /** What `work` gives; undefined as soon as the attempt is given up, whatever it gives later. */
  wait<T>(work: Promise<T>): Promise<T | undefined> {
    if (this.signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.signal.addEventListener('abort', () => resolve(undefined), { once: true });
      work.then(resolve, reject);
    });
  }
}
