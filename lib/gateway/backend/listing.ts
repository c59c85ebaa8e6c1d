import { MOST_ITEMS } from '../lists/caps.ts';

/**
 * The names of one kind a backend has listed, each with what must be known of it. Several clients may read the
 * pages of the same list side by side, and read one again, so what counts is on which page a name was seen.
 */
export class Listing<Facts> {
  readonly #facts = new Map<string, Facts>();
  /** The page of every name seen since the last first page. */
  #seen = new Map<string, number>();
  readonly #pages = new Set<number>();

  get(name: string): Facts | undefined {
    return this.#facts.get(name);
  }

  all(): Iterable<Facts> {
    return this.#facts.values();
  }

  names(): ReadonlySet<string> {
    return new Set(this.#facts.keys());
  }

  /**
   * Page number `page`, from 1 on, is going to be noted. True when names were forgotten: a server whose list has
   * other names each time and no end would fill the memory.
   */
  begin(page: number): boolean {
    const forgets = page === 1 && this.#facts.size > MOST_ITEMS;
    if (forgets) this.#forgetUnseen();
    if (page === 1) {
      this.#seen = new Map();
      this.#pages.clear();
    }
    this.#pages.add(page);
    return forgets;
  }

  /** Whether `name` stands on another page too, or is one too many. */
  isSurplus(name: string, page: number): boolean {
    const before = this.#seen.get(name);
    return before === undefined ? this.#seen.size >= MOST_ITEMS : before !== page;
  }

  note(name: string, page: number, facts: Facts): void {
    this.#seen.set(name, page);
    this.#facts.set(name, facts);
  }

  /** Page `last` was the last one: names that are not listed any more are forgotten, if all pages were seen. */
  complete(last: number): boolean {
    for (let page = 1; page <= last; page++) if (!this.#pages.has(page)) return false;
    this.#forgetUnseen();
    return true;
  }

  #forgetUnseen(): void {
    for (const name of this.#facts.keys()) if (!this.#seen.has(name)) this.#facts.delete(name);
  }
}
