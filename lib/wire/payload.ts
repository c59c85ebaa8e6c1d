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

/** Where the value of a member stands, and its first byte. */
export interface MemberPlace {
  readonly key: string;
  readonly kind: number;
  readonly start: number;
  readonly end: number;
}

const NO_KEYS: readonly string[] = [];
const FEW_CUTS = 8;
const COMMA = 0x2c;
const OPENING = Buffer.from('{');
const CLOSING = Buffer.from('}');
const NOTHING = Buffer.alloc(0);
/** Bytes, which take a millisecond in memory nobody has touched yet. */
const JOINED_AT_ONCE = 1 << 20;

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

  /** Bytes whose members are known already, counted from their beginning. */
  static withMembers(bytes: Buffer, members: readonly MemberPlace[]): Payload {
    return new Payload([bytes], 0, bytes.length, linked(members));
  }

  get size(): number {
    return this.to - this.from;
  }

  /** First byte of the value. */
  get kind(): number {
    let offset = this.from;
    for (const part of this.parts) {
      if (offset < part.length) return part[offset]!;
      offset -= part.length;
    }
    throw new RangeError('an empty payload has no first byte');
  }

  /** The payload in one piece; joined once and kept. */
  bytes(): Buffer {
    if (this.#whole === undefined) {
      const pieces = sliceParts(this.parts, this.from, this.to);
      this.#whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    }
    return this.#whole;
  }

  /** Makes {@link bytes} ready in steps, between which others may run: for large payloads in several pieces. */
  *joining(): Generator<void, void, void> {
    const pieces = this.#whole === undefined ? sliceParts(this.parts, this.from, this.to) : [];
    if (pieces.length < 2) return;
    const whole = Buffer.allocUnsafeSlow(this.size);
    let at = 0;
    for (const piece of pieces) {
      for (let from = 0; from < piece.length; from += JOINED_AT_ONCE) {
        const before = at;
        at += piece.copy(whole, at, from, from + JOINED_AT_ONCE);
        if (Math.floor(at / JOINED_AT_ONCE) > Math.floor(before / JOINED_AT_ONCE)) yield;
      }
    }
    this.#whole = whole;
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

  /** Where all of its members stand. */
  members(): MemberPlace[] {
    return this.keys().map((key) => ({ key, ...this.span(key)! }));
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
    const put = cuts.map(({ start, end, text }) => ({
      start,
      end,
      bytes: Buffer.from(escapeSeparators(text), 'utf8'),
    }));
    let size = 0;
    let at = 0;
    for (const { start, end, bytes } of put) {
      parts.push(...sliceParts(source, origin + at, origin + start), bytes);
      size += start - at + bytes.length;
      at = end;
    }
    parts.push(...sliceParts(source, origin + at, origin + this.size));
    // Where there was none, the cuts may have put one in.
    const first = this.#first ? shifted(this.#first, this.from, put, this.size) : undefined;
    return new Payload(parts, 0, size + this.size - at, first);
  }
}

/** A cut with what is put in as the bytes it becomes. */
interface Put {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

/**
 * The members where they stand after `cuts`, for a payload that then begins at 0; undefined when a cut is neither inside one
 * of their values nor adds members at the end, so that they must be looked for again.
 */
function shifted(member: Member, from: number, cuts: readonly Put[], size: number): Member | undefined {
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
      if (cut.start < start || cut.end > end || (cut.start === start && cut.bytes.length === 0)) return undefined;
      if (cut.start === start) kind = cut.bytes[0]!;
      keys = undefined;
      grown += cut.bytes.length - (cut.end - cut.start);
    }
    const moved: Member = { ...old, kind, keys, start: movedTo, end: end + grown, next: undefined };
    if (last === undefined) first = moved;
    else last.next = moved;
    last = moved;
  }
  const added = cuts[next];
  if (added === undefined) return first;
  const isAtEnd = next === cuts.length - 1 && added.start === size - 1 && added.end === added.start;
  if (!isAtEnd || added.bytes[0] !== COMMA) return undefined;
  last!.next = membersOf(Buffer.concat([OPENING, added.bytes.subarray(1), CLOSING]), added.start + grown) ?? undefined;
  return first;
}

/** The UTF-8 text of the bytes `[from, to)` of buffers laid end to end. */
export function textOf(parts: readonly Buffer[], from: number, to: number): string {
  if (parts.length === 1) return interned.text(parts[0]!, from, to);
  return Buffer.concat(sliceParts(parts, from, to)).toString('utf8');
}

function membersOf(bytes: Buffer, origin: number): Member | null {
  return linked(
    children(bytes).map(({ key, start, end }) => {
      return { key, kind: bytes[start]!, start: start + origin, end: end + origin };
    }),
  );
}

function linked(members: readonly MemberPlace[]): Member | null {
  let first: Member | null = null;
  for (const { key, kind, start, end } of [...members].reverse()) {
    first = { key, kind, start, end, inner: undefined, keys: undefined, next: first ?? undefined };
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
