import { isPromise, type Later, then } from '../model/later.ts';

/** What judges for a check, loaded when it is first needed. What could not be loaded stays so, and denies whoever asks. */
export class LoadedLater<T extends object> {
  readonly #load: () => Promise<T>;
  #loaded: Later<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  get(): Later<T> {
    this.#loaded ??= this.#load().then((loaded) => {
      this.#loaded = loaded;
      return loaded;
    });
    return this.#loaded;
  }

  /** Loads it, and then does `next`, while nobody waits: whoever needs what failed asks again and is denied. */
  warm(next: (loaded: T) => Later<unknown> = (loaded) => loaded): void {
    const warmed = then(this.get(), next);
    if (isPromise(warmed)) warmed.catch(() => {});
  }
}
