/** A word of a condition, and where it begins in it, from 0 on. */
export interface Word {
  readonly text: string;
  readonly at: number;
  readonly kind: 'word' | 'quoted' | 'symbol' | 'end';
}

const WORD = /[A-Za-z0-9_.:/@*+-]+/y;
const QUOTED = /"((?:[^"\\]|\\["\\])*)"/y;
const SYMBOL = />=|[>=%]/y;
const SPACE = /[ \t\r\n]*/y;
const MOST_CHARACTERS = 500;

/** What is wrong with a condition. */
export class WhenFault extends Error {
  /** The character it is about, counted from 1. */
  readonly character: number;

  constructor(message: string, { text, at, kind }: Pick<Word, 'text' | 'at'> & Partial<Word>) {
    const shown = kind === 'end' ? 'the end' : `"${text}"`;
    super(`${shown} ${message}, at character ${at + 1}`);
    this.character = at + 1;
  }
}

/** Reads a condition word by word; throws a {@link WhenFault} at the first that does not belong there. */
export class Words {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.length > MOST_CHARACTERS)
      throw new WhenFault(`is too long: ${MOST_CHARACTERS} characters at most`, {
        text: `${text.slice(0, 20)}…`,
        at: 0,
      });
  }

  word(expected: string): Word {
    const next = this.#next();
    if (next.kind !== 'word') throw new WhenFault(`stands where ${expected} is expected`, next);
    this.#take(next);
    return next;
  }

  /** A word, or any text in double quotes. */
  value(): Word {
    const next = this.#next();
    if (next.kind !== 'word' && next.kind !== 'quoted')
      throw new WhenFault('stands where a value is expected, which goes into double quotes if it is no word', next);
    this.#take(next);
    return next;
  }

  symbol(text: string, orElse = ''): void {
    const next = this.#next();
    if (next.kind !== 'symbol' || next.text !== text)
      throw new WhenFault(`stands where "${text}" is expected${orElse === '' ? '' : `, ${orElse}`}`, next);
    this.#take(next);
  }

  keyword(text: string): void {
    if (!this.takes(text)) throw new WhenFault(`stands where "${text}" is expected`, this.#next());
  }

  /** Goes on behind this word when it stands here. */
  takes(text: string): boolean {
    const next = this.#next();
    if (next.kind !== 'word' || next.text !== text) return false;
    this.#take(next);
    return true;
  }

  end(): void {
    const next = this.#next();
    if (next.kind !== 'end') throw new WhenFault('stands behind what is whole already', next);
  }

  #next(): Word {
    const at = this.#at + this.#match(SPACE, this.#at)![0].length;
    if (at === this.#text.length) return { text: '', at, kind: 'end' };
    const word = this.#match(WORD, at)?.[0];
    if (word !== undefined) return { text: word, at, kind: 'word' };
    const symbol = this.#match(SYMBOL, at)?.[0];
    if (symbol !== undefined) return { text: symbol, at, kind: 'symbol' };
    const quoted = this.#match(QUOTED, at);
    if (quoted !== undefined) return { text: quoted[1]!.replace(/\\(.)/g, '$1'), at, kind: 'quoted' };
    const text = String.fromCodePoint(this.#text.codePointAt(at)!);
    throw new WhenFault(text === '"' ? 'is not closed' : 'does not belong there', { text, at });
  }

  #take({ at, kind, text }: Word): void {
    this.#at = at + (kind === 'quoted' ? this.#match(QUOTED, at)![0].length : text.length);
  }

  #match(pattern: RegExp, at: number): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.#text) ?? undefined;
  }
}
