/** What is kept for the values of one rule, such as for each principal. */
const MOST_VALUES = 256;
/** Those for which there is no room are one together. */
export const OTHERS = '(others)';

/**
 * Something for each value that was seen lately, and for no more than fit: who makes up names without end gets one entry for
 * all of them.
 */
export class Values<T> {
  readonly #entries = new Map<string, T>();
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  get size(): number {
    return this.#entries.size;
  }

  known(value: string): T | undefined {
    return this.#entries.get(value);
  }

  /** The name a value that is not known is kept under from now on; `makeRoom` may forget others first. */
  nameFor(value: string, makeRoom: () => void): string {
    if (this.#entries.size >= MOST_VALUES) makeRoom();
    return this.#entries.size < MOST_VALUES ? value : OTHERS;
  }

  /** The entry kept under a name, made when there is none. */
  at(name: string): T {
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    const made = this.#make();
    this.#entries.set(name, made);
    return made;
  }

  forget(isIdle: (entry: T, name: string) => boolean): void {
    for (const [name, entry] of this.#entries) if (isIdle(entry, name)) this.#entries.delete(name);
  }

  [Symbol.iterator](): IterableIterator<[string, T]> {
    return this.#entries.entries();
  }
}
