import { type Expression, type Range, SEQ_OF_NONE } from './expression.ts';

interface Flags {
  readonly folds: boolean;
  /** `.` is a line break, too. */
  readonly lines: boolean;
}

const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v' };
const ALNUM: readonly Range[] = [range('0', '9'), range('A', 'Z'), range('a', 'z')];

/** Reads the part of RE2's syntax that rules for secrets use; throws for what it does not know. */
export function parseRe2(source: string): Expression {
  const parser = new Parser(source);
  const found = parser.alternatives({ folds: false, lines: false });
  parser.end();
  return found;
}

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  end(): void {
    if (this.#at < this.#source.length) this.#fail('a parenthesis is closed that was not opened');
  }

  /** Flags set inside hold up to the end of the group they stand in, across alternatives. */
  alternatives(given: Flags): Expression {
    let flags = given;
    const items: Expression[] = [];
    let sequence: Expression[] = [];
    const close = () => {
      items.push(sequence.length === 1 ? sequence[0]! : { kind: 'seq', items: sequence });
      sequence = [];
    };
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next === ')') break;
      if (next === '|') {
        this.#at++;
        close();
        continue;
      }
      const set = /^\(\?([is]*)(?:-([is]+))?\)/.exec(this.#source.slice(this.#at));
      if (set !== null) {
        this.#at += set[0].length;
        flags = changed(flags, set[1]!, set[2] ?? '');
      } else sequence.push(this.#repeated(this.#atom(flags)));
    }
    close();
    return items.length === 1 ? items[0]! : { kind: 'alt', items };
  }

  #repeated(inner: Expression): Expression {
    const found = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\??)/.exec(this.#source.slice(this.#at));
    if (found === null) return inner;
    this.#at += found[0].length;
    const [, sign, from, comma, to, lazy] = found;
    const least = sign === undefined ? Number(from) : sign === '+' ? 1 : 0;
    const bound = comma === undefined ? least : to === '' ? Infinity : Number(to);
    const most = sign === undefined ? bound : sign === '?' ? 1 : Infinity;
    return this.#repeated({ kind: 'repeat', inner, least, most, lazy: lazy === '?' });
  }

  #atom(flags: Flags): Expression {
    const char = this.#source[this.#at]!;
    if (char === '(') return this.#group(flags);
    if (char === '[') return this.#set(flags);
    this.#at++;
    if (char === '.') return { kind: 'any', lines: flags.lines };
    if (char === '^' || char === '$') return { kind: 'assert', source: char };
    if (char !== '\\') return { kind: 'char', char, folds: flags.folds };
    const escaped = this.#source[this.#at++]!;
    if (escaped === 'b' || escaped === 'B') return { kind: 'assert', source: `\\${escaped}` };
    if (escaped === 'z') return { kind: 'assert', source: '$' };
    if (/[wdsWDS]/.test(escaped)) return { kind: 'set', negated: false, ranges: [], escapes: [escaped], folds: false };
    return { kind: 'char', char: this.#escaped(escaped), folds: flags.folds };
  }

  #group(flags: Flags): Expression {
    const head = /^\((?:\?(?:P<\w+>|([is]*)(?:-([is]+))?:))?/.exec(this.#source.slice(this.#at))![0];
    this.#at += head.length;
    if (head === '(' && this.#peek() === '?') this.#fail('a kind of group that is not known');
    const captures = head === '(' || head.startsWith('(?P<');
    const [, on, off] = /^\(\?([is]*)(?:-([is]+))?:$/.exec(head) ?? [];
    const inner = this.alternatives(changed(flags, on ?? '', off ?? ''));
    if (this.#source[this.#at++] !== ')') this.#fail('a group is not closed');
    return { kind: 'group', captures, inner: inner ?? SEQ_OF_NONE };
  }

  #set({ folds }: Flags): Expression {
    this.#at++;
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    const ranges: Range[] = [];
    const escapes: string[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#peek() === undefined) this.#fail('a set is not closed');
      if (this.#source.startsWith('[:alnum:]', this.#at)) {
        this.#at += '[:alnum:]'.length;
        ranges.push(...ALNUM);
        continue;
      }
      const from = this.#member();
      if (from.length > 1) {
        escapes.push(from[1]!);
        continue;
      }
      const isRange = this.#peek() === '-' && this.#source[this.#at + 1] !== ']';
      if (isRange) this.#at++;
      const to = isRange ? this.#member() : from;
      if (to.length > 1) {
        // `\w-/` is three members: nothing ranges from a class.
        ranges.push(range(from, from), range('-', '-'));
        escapes.push(to[1]!);
      } else ranges.push(range(from, to));
    }
    this.#at++;
    return { kind: 'set', negated, ranges, escapes, folds };
  }

  /** One member of a set: a character, or a backslash and the letter of a class. */
  #member(): string {
    const char = this.#source[this.#at++]!;
    if (char !== '\\') return char;
    const escaped = this.#source[this.#at++]!;
    return /[wdsWDS]/.test(escaped) ? `\\${escaped}` : this.#escaped(escaped);
  }

  #escaped(letter: string): string {
    if (letter === 'x') {
      const code = this.#source.slice(this.#at, this.#at + 2);
      this.#at += 2;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    if (CONTROLS[letter] !== undefined) return CONTROLS[letter];
    if (/[A-Za-z0-9]/.test(letter)) this.#fail(`\\${letter} is not known`);
    return letter;
  }

  #peek(): string | undefined {
    return this.#source[this.#at];
  }

  #fail(why: string): never {
    throw new Error(`${why}, at ${this.#at} of ${this.#source}`);
  }
}

function changed(flags: Flags, on: string, off: string): Flags {
  return {
    folds: (flags.folds || on.includes('i')) && !off.includes('i'),
    lines: (flags.lines || on.includes('s')) && !off.includes('s'),
  };
}

function range(from: string, to: string): Range {
  return [from.charCodeAt(0), to.charCodeAt(0)];
}
