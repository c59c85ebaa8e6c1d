import { interned } from './interned.ts';
import type { Member } from './outline.ts';
import { escapeSeparators } from './separators.ts';
import { children, unquote } from './walk.ts';

/** Replaces the bytes `[start, end)` of a payload by `text`. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const NO_KEYS: readonly string[] = [];
const FEW_CUTS = 8;
const NOTHING = Buffer.alloc(0);

/**
 * One JSON value as the bytes it arrived in, perhaps in several pieces. It is cut and joined, never
 * re-encoded, so numbers keep their digits and unknown fields survive. Offsets given to and taken from the
 * public methods count from the payload's first byte.
 */
export class Payload {
  /** The buffers the value lies in, and where it begins and ends in them laid end to end. */
  readonly parts: readonly Buffer[];
  readonly from: number;
  readonly to: number;
  /** First member; null when there is none, undefined until it has been looked for. */
  #first: Member | null | undefined;
  #whole: Buffer | undefined;

  /** Members are counted as `from` and `to` are; without `first` they are looked for when they are needed. */
  constructor(parts: readonly Buffer[], from: number, to: number, first?: Member | null) {
    this.parts = parts;
    this.from = from;
    this.to = to;
    this.#first = first;
  }

  /** JSON text of our own as a payload. */
  static of(json: string): Payload {
    const bytes = Buffer.from(escapeSeparators(json), 'utf8');
    return new Payload([bytes], 0, bytes.length);
  }

  get size(): number {
    return this.to - this.from;
  }

  /** First byte of the value. */
  get kind(): number {
    return this.parts.length === 1 ? this.parts[0]![this.from]! : this.bytes()[0]!;
  }

  /** The payload in one piece; joined once and kept. */
  bytes(): Buffer {
    if (this.#whole === undefined) {
      const pieces = sliceParts(this.parts, this.from, this.to);
      this.#whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    }
    return this.#whole;
  }

  text(): string {
    return textOf(this.parts, this.from, this.to);
  }

  json(): unknown {
    return JSON.parse(this.text());
  }

  /** Whether the ASCII text `needle` occurs anywhere in the raw bytes, also across the pieces they lie in. */
  includes(needle: string): boolean {
    return piecesInclude(sliceParts(this.parts, this.from, this.to), Buffer.from(needle, 'latin1'));
  }

  /** Where the value of member `key` stands, and the first byte of it. */
  span(key: string): { start: number; end: number; kind: number } | undefined {
    const member = this.#find(key);
    return member && { start: member.start - this.from, end: member.end - this.from, kind: member.kind };
  }

  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  keys(): string[] {
    const keys: string[] = [];
    for (let member = this.#members(); member; member = member.next ?? null) keys.push(member.key);
    return keys;
  }

  /** Keys of the `arguments` member, when the scanner noted them. */
  argumentKeys(): readonly string[] {
    return this.#find('arguments')?.keys ?? NO_KEYS;
  }

  /** Member `key` as a payload of its own. */
  member(key: string): Payload | undefined {
    const member = this.#find(key);
    return member && new Payload(this.parts, member.start, member.end);
  }

  /** Member `key` when it is a string, decoded. */
  string(key: string): string | undefined {
    const member = this.#find(key);
    if (member?.kind !== 0x22) return undefined;
    return unquote(textOf(this.parts, member.start, member.end));
  }

  #find(key: string): Member | undefined {
    for (let member = this.#members(); member; member = member.next ?? null) if (member.key === key) return member;
    return undefined;
  }

  #members(): Member | null {
    if (this.#first === undefined) this.#first = membersOf(this.bytes(), this.from);
    return this.#first;
  }

  slice(start: number, end: number): Payload {
    return new Payload(this.parts, this.from + start, this.from + end);
  }

  /** The payload with `cuts` made; they must be in order and must not overlap. Nothing put in can break the line. */
  splice(cuts: readonly Cut[]): Payload {
    if (cuts.length === 0) return this;
    // Every cut looks for its place among the parts, so many cuts are made in one piece.
    const whole = cuts.length > FEW_CUTS || this.#whole !== undefined;
    const source = whole ? [this.bytes()] : this.parts;
    const origin = whole ? 0 : this.from;
    const parts: Buffer[] = [];
    let size = 0;
    let at = 0;
    for (const cut of cuts) {
      const text = Buffer.from(escapeSeparators(cut.text), 'utf8');
      parts.push(...sliceParts(source, origin + at, origin + cut.start), text);
      size += cut.start - at + text.length;
      at = cut.end;
    }
    parts.push(...sliceParts(source, origin + at, origin + this.size));
    // Where there was none, the cuts may have put one in.
    const first = this.#first ? shifted(this.#first, this.from, cuts) : undefined;
    return new Payload(parts, 0, size + this.size - at, first);
  }
}

/**
 * The members where they stand after `cuts`, for a payload that then begins at 0; undefined when a cut is not
 * inside one of their values, so that they must be looked for again.
 */
function shifted(member: Member, from: number, cuts: readonly Cut[]): Member | undefined {
  let first: Member | undefined;
  let last: Member | undefined;
  let grown = 0;
  let next = 0;
  for (let old: Member | undefined = member; old; old = old.next) {
    const start = old.start - from;
    const end = old.end - from;
    let { kind, keys } = old;
    const movedTo = start + grown;
    for (; next < cuts.length && cuts[next]!.start < end; next++) {
      const cut = cuts[next]!;
      if (cut.start < start || cut.end > end || (cut.start === start && cut.text === '')) return undefined;
      if (cut.start === start) kind = cut.text.charCodeAt(0);
      keys = undefined;
      grown += Buffer.byteLength(cut.text) - (cut.end - cut.start);
    }
    const moved: Member = { ...old, kind, keys, start: movedTo, end: end + grown, next: undefined };
    if (last === undefined) first = moved;
    else last.next = moved;
    last = moved;
  }
  return next === cuts.length ? first : undefined;
}

/** The UTF-8 text of the bytes `[from, to)` of buffers laid end to end. */
export function textOf(parts: readonly Buffer[], from: number, to: number): string {
  if (parts.length === 1) return interned.text(parts[0]!, from, to);
  return Buffer.concat(sliceParts(parts, from, to)).toString('utf8');
}

function membersOf(bytes: Buffer, origin: number): Member | null {
  let first: Member | null = null;
  for (const { key, start, end } of children(bytes).reverse()) {
    const kind = bytes[start]!;
    first = {
      key,
      kind,
      start: start + origin,
      end: end + origin,
      inner: undefined,
      keys: undefined,
      next: first ?? undefined,
    };
  }
  return first;
}

/** Whether `needle` occurs in buffers laid end to end, also across the borders between them. */
export function piecesInclude(pieces: readonly Buffer[], needle: Buffer): boolean {
  const most = needle.length - 1;
  let tail: Buffer = NOTHING;
  for (const piece of pieces) {
    if (piece.includes(needle)) return true;
    if (pieces.length === 1) return false;
    const border = Buffer.concat([tail, piece.subarray(0, most)]);
    if (border.includes(needle)) return true;
    // A short piece is all border, and what came before it may reach over it into the next one.
    const end = piece.length < most ? border : piece;
    tail = end.subarray(Math.max(0, end.length - most));
  }
  return false;
}

/** The bytes `[from, to)` of buffers laid end to end, without copying. */
export function sliceParts(parts: readonly Buffer[], from: number, to: number): Buffer[] {
  const found: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const start = Math.max(from - offset, 0);
    const end = Math.min(to - offset, part.length);
    if (start < end) found.push(start === 0 && end === part.length ? part : part.subarray(start, end));
    offset += part.length;
    if (offset >= to) break;
  }
  return found;
}
