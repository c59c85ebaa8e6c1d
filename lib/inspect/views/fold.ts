import type { Units } from '../units.ts';
import { DROPPED, foldedOf, foldOf, KIND, kindOf, latinOf, SEVERAL } from './letters.ts';
import { escapeEnd } from './terminal.ts';

/** A text as it is read by who only sees its letters. */
export interface Folded {
  readonly text: string;
  /** Where each of its characters stood, and at last the end. */
  readonly at: Int32Array;
  /** More than accents was changed: characters nobody sees, letters that only look Latin, escape sequences. */
  readonly disguised: boolean;
  /** Words of Latin letters and of others that look like them, and of nothing else. */
  readonly mixedWords: number;
  /** Characters that show nothing and are no accents, and escape sequences. */
  readonly dropped: number;
}

const ESCAPE = 0x1b;
/** Below it, what is folded to itself is a character and no half of a pair. */
const FIRST_PAIR = 0xd800;
const MIXED = KIND.ascii | KIND.lookAlike;
/** A character stands for this many at most; some of Unicode stand for eighteen. */
const MOST_OF_ONE = 4;
/** Shorter words of two alphabets are symbols of physics. */
const SHORTEST_MIXED = 4;

/** Without what is not seen, in compatible forms, without accents; undefined when nothing changes. */
export function fold(text: string, units: Units): Folded | undefined {
  return changes(units) ? new Folding(text, units).run() : undefined;
}

function changes({ array, length }: Units): boolean {
  let kinds = 0;
  for (let i = 0; i < length; i++) {
    const unit = array[i]!;
    const to = foldOf(unit);
    if (
      to !== unit &&
      (to === SEVERAL
        ? isSeveral(unit, i + 1 < length ? array[i + 1]! : 0)
        : kinds & KIND.ascii || !isJoiner(unit) || isJoiner(array[i - 1] ?? 0))
    )
      return true;
    const kind = kindOf(unit);
    kinds = kind === 0 ? 0 : kinds | kind;
    if ((kinds & MIXED) === MIXED) return true;
  }
  return false;
}

/** An emoji stands for itself; letters of mathematics and in circles, and what only bears bytes, do not. */
function isSeveral(unit: number, next: number): boolean {
  if (unit < 0xd800 || unit > 0xdfff) return true;
  if (unit === 0xd83c) return (next & 0xff00) === 0xdd00;
  return unit === 0xd835 || unit === 0xdb40;
}

/** What emoji, Persian and languages of India are made with, and the mark at the beginning of a file. */
function isJoiner(unit: number): boolean {
  return unit === 0x200c || unit === 0x200d || unit === 0xfe0e || unit === 0xfe0f || unit === 0xfeff;
}

class Folding {
  readonly #text: string;
  readonly #units: Units;
  #out: Uint16Array<ArrayBuffer>;
  #at: Int32Array<ArrayBuffer>;
  #length = 0;
  /** Of all that was put in. */
  #kinds = 0;
  #disguised = false;
  #mixedWords = 0;
  #dropped = 0;

  constructor(text: string, units: Units) {
    this.#text = text;
    this.#units = units;
    this.#out = new Uint16Array(text.length + 64);
    this.#at = new Int32Array(text.length + 64);
  }

  run(): Folded {
    const text = this.#text;
    const { array } = this.#units;
    for (let i = 0; i < text.length; ) {
      i = this.#copy(i);
      if (i === text.length) break;
      const unit = array[i]!;
      const to = foldOf(unit);
      if (unit === ESCAPE) {
        i = escapeEnd(text, i);
        this.#dropped++;
        this.#disguised = true;
        continue;
      }
      if (to === SEVERAL) {
        i += this.#several(i);
        continue;
      }
      if (to !== unit) this.#disguised ||= isDisguise(unit, this.#length === 0 ? 0 : this.#out[this.#length - 1]!);
      if (to !== DROPPED) this.#put(to, i);
      else if (!isAccent(unit)) this.#dropped++;
      i++;
    }
    if ((this.#kinds & MIXED) === MIXED) this.#words();
    this.#put(0, text.length);
    this.#length--;
    return {
      text: Buffer.from(this.#out.buffer, 0, this.#length * 2).toString('utf16le'),
      at: this.#at,
      disguised: this.#disguised,
      mixedWords: this.#mixedWords,
      dropped: this.#dropped,
    };
  }

  /** Puts what stands for itself, as far as that goes; where it stops. */
  #copy(from: number): number {
    const { array, length } = this.#units;
    const [out, at] = [this.#out, this.#at];
    const until = Math.min(length, from + out.length - this.#length);
    let kinds = this.#kinds;
    let to = this.#length;
    let i = from;
    for (; i < until; i++) {
      const unit = array[i]!;
      if (foldOf(unit) !== unit || unit >= FIRST_PAIR) break;
      kinds |= kindOf(unit);
      out[to] = unit;
      at[to++] = i;
    }
    this.#kinds = kinds;
    this.#length = to;
    return i;
  }

  /** A pair, or a character that stands for several; how many code units of the text it takes. */
  #several(i: number): number {
    const c = this.#text.codePointAt(i)!;
    const character = String.fromCodePoint(c);
    const to = character.length === 1 && c >= 0xd800 && c < 0xe000 ? character : foldedOf(character);
    if (to !== character && character.length === 2) this.#disguised = true;
    if (to === '') this.#dropped++;
    for (let at = 0; at < Math.min(to.length, MOST_OF_ONE); at++) this.#put(to.charCodeAt(at), i);
    return character.length;
  }

  #put(unit: number, from: number): void {
    if (this.#length === this.#out.length) {
      const out = new Uint16Array(this.#length * 2);
      out.set(this.#out);
      const at = new Int32Array(this.#length * 2);
      at.set(this.#at);
      this.#out = out;
      this.#at = at;
    }
    // The pages of what was put in are not all made.
    if (foldOf(unit) !== DROPPED) this.#kinds |= kindOf(unit);
    this.#out[this.#length] = unit;
    this.#at[this.#length++] = from;
  }

  /** Writes words of two alphabets in Latin letters. */
  #words(): void {
    const [out, length] = [this.#out, this.#length];
    let kinds = 0;
    let start = 0;
    for (let i = 0; i <= length; i++) {
      const unit = i === length ? 0 : out[i]!;
      const kind = foldOf(unit) === DROPPED ? 0 : kindOf(unit);
      if (kind !== 0) {
        kinds |= kind;
        continue;
      }
      if ((kinds & MIXED) === MIXED) {
        this.#disguised = true;
        if (kinds === MIXED && i - start >= SHORTEST_MIXED) this.#mixedWords++;
        for (let at = start; at < i; at++) out[at] = latinOf(out[at]!);
      }
      kinds = 0;
      start = i + 1;
    }
  }
}

function isAccent(unit: number): boolean {
  return (unit >= 0x300 && unit < 0x370 && unit !== 0x34f) || (unit >= 0x600 && unit < 0x700);
}

/** Neither an accent, nor what emoji, Arabic and Persian need, nor the mark at the beginning of a file. */
function isDisguise(unit: number, before: number): boolean {
  if (unit < 0x250) return unit < 0xa0 || unit === 0xad;
  if (isAccent(unit)) return false;
  if (unit >= 0xfe00 && unit <= 0xfe0f) return false;
  if (unit === 0xfeff || unit === 0x200e || unit === 0x200f) return before !== 0;
  if (unit === 0x200c || unit === 0x200d) return kindOf(before) === KIND.ascii;
  return true;
}
