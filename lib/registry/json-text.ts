/** What is wrong with a JSON text, and where: `offset` counts UTF-16 code units. */
export class JsonFault extends Error {
  readonly kind: 'syntax' | 'end' | 'duplicate' | 'depth' | 'surrogate' | 'number';
  readonly offset: number;

  constructor(kind: JsonFault['kind'], message: string, offset: number) {
    super(message);
    this.kind = kind;
    this.offset = offset;
  }
}

/** A JSON value with where it stands. Numbers are kept as they are written. */
export type Node = {
  readonly at: number;
} & (
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Member> }
  | { readonly kind: 'array'; readonly elements: readonly Node[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly raw: string }
  | { readonly kind: 'literal'; readonly value: true | false | null }
);

/** A member of an object, and where its key stands. */
export interface Member {
  readonly at: number;
  readonly value: Node;
}

/** Values in values beyond this are refused: nobody writes them, and every reader of ours walks them by recursion. */
const MOST_DEPTH = 200;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LONE_SURROGATE = /\p{Cs}/u;
const LITERALS = { t: true, f: false, n: null } as const;

/**
 * Reads JSON more strictly than `JSON.parse`, and loses nothing: a key that stands twice and a lone surrogate are
 * refused, and numbers keep their digits. Throws a {@link JsonFault}.
 */
export function readJson(text: string): Node {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Node {
    this.#space();
    const at = this.#at;
    const first = this.#text[at];
    if (depth > MOST_DEPTH) throw new JsonFault('depth', `values stand more than ${MOST_DEPTH} deep`, at);
    if (first === '{') return { at, kind: 'object', members: this.#members(depth) };
    if (first === '[') return { at, kind: 'array', elements: this.#elements(depth) };
    if (first === '"') return { at, kind: 'string', value: this.#string() };
    if (first === 't' || first === 'f' || first === 'n') return { at, kind: 'literal', value: this.#literal(first) };
    const raw = this.#match(NUMBER);
    if (raw === undefined) throw this.#unexpected();
    return { at, kind: 'number', raw };
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw new JsonFault('syntax', 'something follows the value', this.#at);
  }

  #members(depth: number): ReadonlyMap<string, Member> {
    const members = new Map<string, Member>();
    this.#at++;
    if (this.#takes('}')) return members;
    do {
      this.#space();
      const at = this.#at;
      if (this.#text[at] !== '"') throw this.#unexpected();
      const key = this.#string();
      if (members.has(key)) throw new JsonFault('duplicate', `the key ${JSON.stringify(key)} stands twice`, at);
      this.#needs(':');
      members.set(key, { at, value: this.value(depth + 1) });
    } while (this.#takes(','));
    this.#needs('}');
    return members;
  }

  #elements(depth: number): readonly Node[] {
    const elements: Node[] = [];
    this.#at++;
    if (this.#takes(']')) return elements;
    do elements.push(this.value(depth + 1));
    while (this.#takes(','));
    this.#needs(']');
    return elements;
  }

  #string(): string {
    const from = this.#at++;
    for (;;) {
      this.#match(PLAIN);
      const next = this.#text[this.#at];
      if (next === '"') break;
      if (next !== '\\' || this.#match(ESCAPE) === undefined) throw this.#unexpected();
    }
    this.#at++;
    const value = JSON.parse(this.#text.slice(from, this.#at)) as string;
    if (LONE_SURROGATE.test(value)) throw new JsonFault('surrogate', 'half of a character stands in a text', from);
    return value;
  }

  #literal(first: keyof typeof LITERALS): true | false | null {
    const value = LITERALS[first];
    if (!this.#text.startsWith(String(value), this.#at)) throw this.#unexpected();
    this.#at += String(value).length;
    return value;
  }

  #takes(punctuation: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== punctuation) return false;
    this.#at++;
    return true;
  }

  #needs(punctuation: string): void {
    if (!this.#takes(punctuation)) throw this.#unexpected();
  }

  #space(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #unexpected(): JsonFault {
    if (this.#at >= this.#text.length) return new JsonFault('end', 'the text ends too early', this.#at);
    return new JsonFault('syntax', 'not JSON', this.#at);
  }
}
