/** The structure of a regular expression, as far as its required literals depend on it. */
export type RegexNode =
  | { readonly kind: 'char'; readonly text: string }
  /** One of these, or of more than are worth listing: undefined. */
  | { readonly kind: 'class'; readonly chars: readonly string[] | undefined }
  | { readonly kind: 'sequence'; readonly nodes: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly nodes: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly node: RegexNode; readonly least: number; readonly most: number }
  /** Matches nothing by itself: anchors and assertions. */
  | { readonly kind: 'empty' };

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', 0: '\0' };
export const WHITE = [' ', '\t', '\n', '\r', '\f', '\v'];
const MOST_LISTED = 96;

/** Reads the syntax our patterns use; throws for any other, so that nothing is derived from what was misread. */
export function regexTree(source: string): RegexNode {
  new RegExp(source, 'u');
  const reader = new Reader(source);
  const node = reader.choice();
  if (!reader.atEnd) throw new Error(`${source}: cannot be read beyond ${reader.at}`);
  return node;
}

class Reader {
  readonly #chars: readonly string[];
  at = 0;

  constructor(source: string) {
    this.#chars = [...source];
  }

  get atEnd(): boolean {
    return this.at >= this.#chars.length;
  }

  choice(): RegexNode {
    const nodes = [this.#sequence()];
    while (this.#eats('|')) nodes.push(this.#sequence());
    return nodes.length === 1 ? nodes[0]! : { kind: 'choice', nodes };
  }

  #sequence(): RegexNode {
    const nodes: RegexNode[] = [];
    while (!this.atEnd && this.#peek() !== '|' && this.#peek() !== ')') nodes.push(this.#repeated(this.#atom()));
    return { kind: 'sequence', nodes };
  }

  #repeated(node: RegexNode): RegexNode {
    let least = 1;
    let most = 1;
    if (this.#eats('?')) least = 0;
    else if (this.#eats('*')) [least, most] = [0, Infinity];
    else if (this.#eats('+')) most = Infinity;
    else if (this.#peek() === '{') {
      const [from = '', to] = this.#until('}').slice(1).split(',');
      least = Number(from);
      most = to === undefined ? least : to === '' ? Infinity : Number(to);
    } else return node;
    this.#eats('?');
    return { kind: 'repeat', node, least, most };
  }

  #atom(): RegexNode {
    const c = this.#take();
    if (c === '(') return this.#group();
    if (c === '[') return this.#class();
    if (c === '.') return { kind: 'class', chars: undefined };
    if (c === '^' || c === '$') return { kind: 'empty' };
    if (c !== '\\') return { kind: 'char', text: c };
    if (/[bB]/.test(this.#peek())) {
      this.at++;
      return { kind: 'empty' };
    }
    if (/[1-9k]/.test(this.#peek())) throw new Error('back-references are not read');
    const chars = this.#escaped();
    return chars?.length === 1 ? { kind: 'char', text: chars[0]! } : { kind: 'class', chars };
  }

  #group(): RegexNode {
    let isAssertion = false;
    if (this.#eats('?')) {
      const kind = this.#take();
      if (kind === '=' || kind === '!') isAssertion = true;
      else if (kind === '<') {
        if (this.#peek() === '=' || this.#peek() === '!') {
          isAssertion = true;
          this.at++;
        } else this.#until('>');
      } else if (kind !== ':') throw new Error(`(?${kind} is not read`);
    }
    const node = this.choice();
    if (!this.#eats(')')) throw new Error('a group is not closed');
    return isAssertion ? { kind: 'empty' } : node;
  }

  #class(): RegexNode {
    if (this.#eats('^')) {
      while (this.#peek() !== ']') if (this.#take() === '\\') this.at++;
      this.at++;
      return { kind: 'class', chars: undefined };
    }
    let listed: string[] | undefined = [];
    while (!this.#eats(']')) {
      const from = this.#classChars();
      if (from?.length === 1 && this.#peek() === '-' && this.#chars[this.at + 1] !== ']') {
        this.at++;
        const to = this.#classChars()?.[0] ?? '';
        listed = joined(listed, range(from[0]!, to));
      } else listed = joined(listed, from);
    }
    return { kind: 'class', chars: listed };
  }

  #classChars(): readonly string[] | undefined {
    return this.#eats('\\') ? this.#escaped() : [this.#take()];
  }

  /** What the escape after a backslash stands for; undefined for more than is worth listing. */
  #escaped(): readonly string[] | undefined {
    const c = this.#take();
    if (c === 's') return WHITE;
    if (c === 'd') return range('0', '9');
    if (/[wWSD]/.test(c)) return undefined;
    if (c === 'p' || c === 'P') {
      this.#until('}');
      return undefined;
    }
    if (c === 'x') return [String.fromCharCode(Number.parseInt(this.#take() + this.#take(), 16))];
    if (c === 'u' && this.#peek() === '{')
      return [String.fromCodePoint(Number.parseInt(this.#until('}').slice(1), 16))];
    if (c === 'u') {
      const digits = this.#take() + this.#take() + this.#take() + this.#take();
      return [String.fromCharCode(Number.parseInt(digits, 16))];
    }
    return [ESCAPED[c] ?? c];
  }

  #peek(): string {
    return this.#chars[this.at] ?? '';
  }

  #take(): string {
    const c = this.#chars[this.at++];
    if (c === undefined) throw new Error('the pattern ends too early');
    return c;
  }

  #eats(c: string): boolean {
    if (this.#peek() !== c) return false;
    this.at++;
    return true;
  }

  #until(c: string): string {
    let text = '';
    while (this.#peek() !== c) text += this.#take();
    this.at++;
    return text;
  }
}

function range(from: string, to: string): readonly string[] | undefined {
  const first = from.codePointAt(0)!;
  const last = to.codePointAt(0)!;
  if (last - first >= MOST_LISTED) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));
}

function joined(listed: string[] | undefined, more: readonly string[] | undefined): string[] | undefined {
  return listed === undefined || more === undefined || listed.length + more.length > MOST_LISTED
    ? undefined
    : [...listed, ...more];
}
