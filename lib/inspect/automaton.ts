import { type MadeOf, readPrepared } from './prepared.ts';

const SPACE = 0x20;
const ROOT = 0;
/** Words of 32 bits at the beginning of a packed one, which say how long its parts are. */
const HEADER = 6;
/** Most states end no literal, and share this. */
const NONE: readonly number[] = [];
const MOST_STATES = 0xffff;
/** As many as a code of `gate.ts` holds. */
const MOST_CLASSES = 512;

/**
 * Finds every one of many literals in one pass (Aho and Corasick, CACM 18(6), 1975), as dense tables: the state after a
 * character is one look-up. Literals are written in the symbols of `symbols`, a table from code units.
 */
export class Automaton {
  /** Class of each code unit; 0 is what no literal holds. */
  readonly classes: Uint16Array;
  /** Bits that a class takes in an index of {@link next}. */
  readonly shift: number;
  readonly next: Uint16Array;
  /** States from here on end a literal. */
  readonly firstFound: number;
  readonly #tables: Tables;
  /** What `endingAt` has answered so far. */
  readonly #ends: (readonly number[] | undefined)[] = [];

  /** With a `name`, tables that the build has made are taken, if they are of these very literals. */
  constructor(literals: readonly string[], symbols: Uint16Array, name?: string) {
    const packed = name === undefined ? undefined : readPrepared(name, madeOf(literals, symbols));
    this.#tables = packed === undefined ? tablesOf(literals, symbols) : unpacked(packed);
    this.classes = this.#tables.classes;
    this.shift = this.#tables.shift;
    this.next = this.#tables.next;
    this.firstFound = this.#tables.firstFound;
  }

  /** Indexes of the literals that end where a state from `firstFound` on is reached. */
  endingAt(state: number): readonly number[] {
    const index = state - this.firstFound;
    const { from, found } = this.#tables;
    return (this.#ends[index] ??= [...found.subarray(from[index], from[index + 1])]);
  }

  /** What the build writes into a file, and the constructor takes from there. */
  packed(): Buffer {
    const { classes, shift, next, firstFound, from, found } = this.#tables;
    const header = Uint32Array.of(shift, firstFound, from.length, next.length, classes.length, found.length);
    return Buffer.concat([header, from, next, classes, found].map(bytesOf));
  }
}

/** What the tables for these literals are made of. */
export function madeOf(literals: readonly string[], symbols: Uint16Array): MadeOf {
  return [JSON.stringify(literals), symbols];
}

interface Tables {
  readonly classes: Uint16Array;
  readonly shift: number;
  readonly next: Uint16Array;
  readonly firstFound: number;
  /** For each state from `firstFound` on, and one after them, where in `found` its literals begin. */
  readonly from: Uint32Array;
  readonly found: Uint16Array;
}

function tablesOf(literals: readonly string[], symbols: Uint16Array): Tables {
  const { classes, count, ofSymbol } = classesOf(literals, symbols);
  if (count > MOST_CLASSES) throw new Error('too many different characters for one automaton');
  const shift = Math.max(1, Math.ceil(Math.log2(count)));
  const { next, ends } = table(literals, ofSymbol, shift);
  const order = foundLast(ends);
  const from = new Uint32Array(order.ends.length + 1);
  for (const [index, found] of order.ends.entries()) from[index + 1] = from[index]! + found.length;
  return {
    classes,
    shift,
    next: renumbered(next, order.numberOf, shift),
    firstFound: order.firstFound,
    from,
    found: Uint16Array.from(order.ends.flat()),
  };
}

function unpacked(packed: Buffer): Tables {
  // Words of 32 bits are read where they may stand.
  const bytes = packed.byteOffset % 4 === 0 ? packed : Buffer.from(new Uint8Array(packed).buffer);
  const { buffer, byteOffset } = bytes;
  const header = new Uint32Array(buffer, byteOffset, HEADER) as unknown as readonly [
    shift: number,
    firstFound: number,
    from: number,
    next: number,
    classes: number,
    found: number,
  ];
  const [shift, firstFound, fromLength, ...lengths] = header;
  const from = new Uint32Array(buffer, byteOffset + HEADER * 4, fromLength);
  let at = byteOffset + (HEADER + fromLength) * 4;
  const [next, classes, found] = lengths.map((length) => {
    const part = new Uint16Array(buffer, at, length);
    at += part.byteLength;
    return part;
  }) as [Uint16Array, Uint16Array, Uint16Array];
  return { shift, firstFound, from, next, classes, found };
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function classesOf(literals: readonly string[], symbols: Uint16Array) {
  const ofSymbol = new Map<number, number>();
  for (const literal of literals) {
    for (let i = 0; i < literal.length; i++) {
      const symbol = literal.charCodeAt(i);
      if (!ofSymbol.has(symbol)) ofSymbol.set(symbol, ofSymbol.size + 1);
    }
  }
  const classes = new Uint16Array(symbols.length);
  for (let c = 0; c < symbols.length; c++) classes[c] = ofSymbol.get(symbols[c]!) ?? 0;
  return { classes, count: ofSymbol.size + 1, ofSymbol };
}

function table(literals: readonly string[], ofSymbol: ReadonlyMap<number, number>, shift: number) {
  const most = 1 + literals.reduce((sum, literal) => sum + literal.length, 0);
  let next = new Uint16Array(Math.min(most, 1024) << shift);
  const ends: (readonly number[])[] = [NONE];
  for (const [index, literal] of literals.entries()) {
    let state = ROOT;
    for (let i = 0; i < literal.length; i++) {
      const at = (state << shift) + ofSymbol.get(literal.charCodeAt(i))!;
      if (next[at] === 0) {
        if (ends.length > MOST_STATES) throw new Error('too many literals for one automaton');
        next[at] = ends.length;
        ends.push(NONE);
        if (ends.length << shift > next.length) next = grown(next);
      }
      state = next[at]!;
    }
    ends[state] = [...ends[state]!, index];
  }
  next = next.slice(0, ends.length << shift);
  follow(next, ends, ofSymbol.get(SPACE) ?? 0, shift);
  return { next, ends };
}

function grown(table: Uint16Array): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(table.length * 2);
  larger.set(table);
  return larger;
}

/** Fills in where a state goes on a character that continues no literal, breadth first. */
function follow(next: Uint16Array, ends: (readonly number[])[], space: number, shift: number): void {
  const width = 1 << shift;
  const back = new Uint16Array(ends.length);
  const queue: number[] = [];
  // A run of spaces is read as one, so whoever has just read one stays where it is.
  const afterSpace = new Uint8Array(ends.length);
  for (let c = 0; c < width; c++) {
    const child = next[c]!;
    if (child === ROOT) continue;
    queue.push(child);
    if (c === space) afterSpace[child] = 1;
  }
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head]!;
    const failed = back[state]!;
    if (ends[failed]!.length > 0) ends[state] = [...ends[state]!, ...ends[failed]!];
    for (let c = 0; c < width; c++) {
      const at = (state << shift) + c;
      const child = next[at]!;
      const otherwise = next[(failed << shift) + c]!;
      if (child === ROOT) next[at] = c === space && afterSpace[state] === 1 ? state : otherwise;
      else {
        back[child] = otherwise;
        if (c === space) afterSpace[child] = 1;
        queue.push(child);
      }
    }
  }
}

/** Numbers that put the states which end a literal behind all others, so that one comparison tells them. */
function foundLast(ends: readonly (readonly number[])[]) {
  const numberOf = new Uint16Array(ends.length);
  let given = 0;
  for (const [state, found] of ends.entries()) if (found.length === 0) numberOf[state] = given++;
  const firstFound = given;
  const kept: (readonly number[])[] = [];
  for (const [state, found] of ends.entries()) {
    if (found.length === 0) continue;
    numberOf[state] = given++;
    kept.push(found);
  }
  return { numberOf, firstFound, ends: kept };
}

function renumbered(next: Uint16Array, numberOf: Uint16Array, shift: number): Uint16Array {
  const width = 1 << shift;
  const moved = new Uint16Array(next.length);
  for (let at = 0; at < next.length; at++)
    moved[(numberOf[at >> shift]! << shift) + (at & (width - 1))] = numberOf[next[at]!]!;
  return moved;
}
