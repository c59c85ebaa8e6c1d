import type { ShellFacts } from '../../parse/shell/facts.ts';
import type { ShellParser } from '../../parse/shell.ts';

const MOST = 500;
const LONGEST = 4096;

/** What texts were found to run; those not used for the longest time are forgotten first. */
export class FactsCache {
  readonly #parser: ShellParser;
  readonly #known = new Map<string, ShellFacts>();

  constructor(parser: ShellParser) {
    this.#parser = parser;
  }

  ofText(text: string): ShellFacts {
    return this.#of(`t${text}`, () => this.#parser.parse(text));
  }

  ofWords(words: readonly string[]): ShellFacts {
    return this.#of(`w${words.join('\0')}`, () => this.#parser.parseWords(words));
  }

  get size(): number {
    return this.#known.size;
  }

  #of(key: string, read: () => ShellFacts): ShellFacts {
    const found = this.#known.get(key) ?? read();
    if (key.length > LONGEST) return found;
    this.#known.delete(key);
    this.#known.set(key, found);
    if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value!);
    return found;
  }
}
