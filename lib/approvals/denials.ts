import type { Clock } from '../model/clock.ts';

const LASTS_MS = 5 * 60_000;
const MOST = 2000;

/** What people have refused a short while ago: nobody is asked the same thing until they give in. */
export class Denials {
  readonly #until = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(key: string): void {
    this.#until.delete(key);
    if (this.#until.size >= MOST) this.#until.delete(this.#until.keys().next().value!);
    this.#until.set(key, this.#clock.monotonic() + LASTS_MS);
  }

  forget(key: string): void {
    this.#until.delete(key);
  }

  has(key: string): boolean {
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (this.#clock.monotonic() < until) return true;
    this.#until.delete(key);
    return false;
  }
}
