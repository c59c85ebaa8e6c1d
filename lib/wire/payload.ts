import { interned } from './interned.ts';
import type { Member } from './outline.ts';
import { children } from './walk.ts';

/** Replaces the bytes `[start, end)` of a payload by `text`. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const NO_KEYS: readonly string[] = [];
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
  #members: readonly Member[] | undefined;
  #whole: Buffer | undefined;

  /** `members` are counted as `from` and `to` are; without them they are looked for when they are needed. */
  constructor(parts: readonly Buffer[], from: number, to: number, members?: readonly Member[]) {
    this.parts = parts;
    this.from = from;
    this.to = to;
    this.#members = members;
  }

  static of(json: string): Payload {
    const bytes = Buffer.from(json, 'utf8');
    return new Payload([bytes], 0, bytes.length);
  }

  get size(): number {
    return this.to - this.from;
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
    if (this.parts.length > 1) return this.bytes().toString('utf8');
    return interned.text(this.parts[0]!, this.from, this.to);
  }

  json(): unknown {
    return JSON.parse(this.text());
  }

  /** Whether the ASCII text `needle` occurs anywhere in the raw bytes, also across the pieces they lie in. */
  includes(needle: string): boolean {
    let tail: Buffer = NOTHING;
    for (const piece of sliceParts(this.parts, this.from, this.to)) {
      if (piece.includes(needle, 0, 'latin1')) return true;
      const border = Buffer.concat([tail, piece.subarray(0, needle.length - 1)]);
      if (tail.length > 0 && border.includes(needle, 0, 'latin1')) return true;
      tail = piece.subarray(Math.max(0, piece.length - needle.length + 1));
    }
    return false;
  }

  /** Where the value of member `key` stands, and the first byte of it. */
  span(key: string): { start: number; end: number; kind: number } | undefined {
    for (const member of this.#all()) {
      if (member.key === key) {
        return { start: member.start - this.from, end: member.end - this.from, kind: member.kind };
      }
    }
    return undefined;
  }

  has(key: string): boolean {
    return this.#all().some((member) => member.key === key);
  }

  keys(): string[] {
    return this.#all().map((member) => member.key);
  }

  /** Keys of the `arguments` member, when the scanner noted them. */
  argumentKeys(): readonly string[] {
    return this.#all().find(({ key }) => key === 'arguments')?.keys ?? NO_KEYS;
  }

  /** Member `key` as a payload of its own. */
  member(key: string): Payload | undefined {
    for (const member of this.#all()) {
      if (member.key === key) return new Payload(this.parts, member.start, member.end);
    }
    return undefined;
  }

  /** Member `key` when it is a string, decoded. */
  string(key: string): string | undefined {
    for (const member of this.#all()) {
      if (member.key !== key) continue;
      return member.kind === 0x22
        ? unquote(new Payload(this.parts, member.start, member.end).text())
        : undefined;
    }
    return undefined;
  }

  #all(): readonly Member[] {
    this.#members ??= children(this.bytes()).map(({ key, start, end }) => {
      const kind = this.bytes()[start]!;
      return { key, kind, start: start + this.from, end: end + this.from, inner: [], keys: [] };
    });
    return this.#members;
  }

  slice(start: number, end: number): Payload {
    return new Payload(this.parts, this.from + start, this.from + end);
  }

  /** The payload with `cuts` made; they must be in order and must not overlap. */
  splice(cuts: readonly Cut[]): Payload {
    if (cuts.length === 0) return this;
    const parts: Buffer[] = [];
    let size = 0;
    let at = 0;
    for (const cut of cuts) {
      const text = Buffer.from(cut.text, 'utf8');
      parts.push(...sliceParts(this.parts, this.from + at, this.from + cut.start), text);
      size += cut.start - at + text.length;
      at = cut.end;
    }
    parts.push(...sliceParts(this.parts, this.from + at, this.to));
    return new Payload(parts, 0, size + this.size - at);
  }
}

/** The text a JSON string literal stands for. */
export function unquote(literal: string): string {
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
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
