import { isAscii } from 'node:buffer';
import { endOfString } from './string-end.ts';
import { decodeString } from './walk.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Bytes that are looked at together where text is plain. */
const PLAIN = 4096;

/** An object or an array that is being read. */
interface Open {
  readonly isObject: boolean;
  /** Literal of the key of the member that is being read; -1 before the first. */
  keyStart: number;
  keyEnd: number;
  /** Elements read so far. */
  index: number;
}

/** A string of a JSON text, with its quotes at `[start, end)`. Only good while it is visited. */
export interface StringPlace {
  readonly start: number;
  readonly end: number;
  /** It is the name of a member and not a value. */
  readonly isKey: boolean;
  /** Literal of the key of the member it is the value of, with its quotes; `start` is -1 where there is none. */
  readonly name: { readonly start: number; readonly end: number };
  /** Keys that lead to it, indexes as decimal text. */
  keys(): string[];
  /** The first of them. */
  top(): string | undefined;
}

/** Visits every string of a JSON text that has passed the scanner, in the order they stand. */
export function eachString(bytes: Buffer, visit: (place: StringPlace) => void): void {
  const walk = new StringWalk(bytes);
  while (walk.next()) visit(walk);
}

/** Goes from string to string, for those who pause between them. */
export class StringWalk implements StringPlace {
  start = 0;
  end = 0;
  isKey = false;
  readonly name = { start: -1, end: -1 };
  readonly #bytes: Buffer;
  readonly #stack: Open[] = [];
  #top: string | undefined;
  #from = 0;
  #awaitsKey = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Goes on to the next string; false when there is none. */
  next(): boolean {
    const bytes = this.#bytes;
    for (let i = this.#from; i < bytes.length; i++) {
      const c = bytes[i];
      if (c === QUOTE) {
        const end = endOfString(bytes, i);
        this.#at(i, end, this.#awaitsKey);
        this.#awaitsKey = false;
        this.#from = end;
        return true;
      }
      if (c === 0x7b || c === 0x5b) {
        this.#stack.push({ isObject: c === 0x7b, keyStart: -1, keyEnd: -1, index: 0 });
        this.#awaitsKey = c === 0x7b;
      } else if (c === 0x7d || c === 0x5d) {
        this.#stack.pop();
        this.#awaitsKey = false;
      } else if (c === 0x2c) {
        const open = this.#stack.at(-1)!;
        open.index++;
        this.#awaitsKey = open.isObject;
      }
    }
    this.#from = bytes.length;
    return false;
  }

  keys(): string[] {
    return this.#stack.map((open) => (open.isObject ? this.#key(open) : String(open.index)));
  }

  top(): string | undefined {
    const first = this.#stack[0];
    if (first === undefined) return undefined;
    if (!first.isObject) return String(first.index);
    this.#top ??= this.#key(first);
    return this.#top;
  }

  #key({ keyStart, keyEnd }: Open): string {
    return decodeString(this.#bytes, keyStart, keyEnd);
  }

  #at(start: number, end: number, isKey: boolean): void {
    const open = this.#stack.at(-1);
    this.start = start;
    this.end = end;
    this.isKey = isKey;
    if (isKey) {
      open!.keyStart = start;
      open!.keyEnd = end;
      if (this.#stack.length === 1) this.#top = undefined;
    }
    const isMember = !isKey && open?.isObject === true;
    this.name.start = isMember ? open.keyStart : -1;
    this.name.end = isMember ? open.keyEnd : -1;
  }
}

/**
 * Where UTF-16 units of a text stand in its JSON literal that begins at `start` with its quote: the byte of each of
 * `offsets`, which are in order. Nobody cuts a character of two units in half.
 */
export function bytesOfUnits(bytes: Buffer, start: number, offsets: readonly number[]): number[] {
  const found: number[] = [];
  let at = start + 1;
  let units = 0;
  let mayBePlainFrom = at;
  for (const offset of offsets) {
    while (units < offset) {
      if (at >= mayBePlainFrom && offset - units >= PLAIN) {
        if (isPlain(bytes, at)) {
          at += PLAIN;
          units += PLAIN;
          continue;
        }
        mayBePlainFrom = at + PLAIN;
      }
      const c = bytes[at]!;
      if (c === BACKSLASH) {
        at += bytes[at + 1] === 0x75 ? 6 : 2;
        units++;
      } else {
        const length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        at += length;
        units += length === 4 ? 2 : 1;
      }
    }
    found.push(at);
  }
  return found;
}

/** Whether each of the next bytes is a unit. */
function isPlain(bytes: Buffer, at: number): boolean {
  const next = bytes.subarray(at, at + PLAIN);
  return next.length === PLAIN && isAscii(next) && !next.includes(BACKSLASH);
}
