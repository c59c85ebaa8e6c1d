import { hash } from 'node:crypto';

/** What the first record of a chain has instead of a predecessor's hash. */
export const GENESIS = '0'.repeat(64);

const HASH_LENGTH = 64;
const MOST_BYTES_A_UNIT = 3;
/** `,"prev":"…","hash":"…"}` and the newline. */
const TRAILER = 2 * HASH_LENGTH + 24;
const FIRST_BYTES = 64 * 1024;

/**
 * Lines up records as a hash chain in one buffer that is used again and again. `hash`, a record's last member,
 * is SHA-256 over the line's bytes before `,"hash"`; these include `prev`, so that no record can be changed,
 * dropped or moved without breaking every later one.
 */
export class Chain {
  prev = GENESIS;
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  /** Begins a new batch after the record whose hash is `prev`. */
  begin(prev: string): void {
    this.prev = prev;
    this.#length = 0;
  }

  /** Adds a record: a JSON object without its closing brace. */
  add(body: string): void {
    this.#reserve(body.length * MOST_BYTES_A_UNIT + TRAILER);
    const buffer = this.#buffer;
    const start = this.#length;
    let at = start + buffer.write(`${body},"prev":"${this.prev}"`, start, 'utf8');
    this.prev = hash('sha256', buffer.subarray(start, at), 'hex');
    at += buffer.write(`,"hash":"${this.prev}"}\n`, at, 'latin1');
    this.#length = at;
  }

  /** The lines added since the batch began; valid until the next one. */
  lines(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const bigger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(bigger, 0, 0, this.#length);
    this.#buffer = bigger;
  }
}

const PREV_PART = ',"prev":"';
const HASH_PART = '","hash":"';
const END_PART = '"}';
const HASH_AT = PREV_PART.length + HASH_LENGTH + HASH_PART.length;
/** What a line ends with: the hash of the record before, and its own. */
const LINK_BYTES = HASH_AT + HASH_LENGTH + END_PART.length;
/** What of it is not hashed: all from the comma before `"hash"`. */
const UNHASHED_BYTES = LINK_BYTES - (PREV_PART.length + HASH_LENGTH + 1);
const HEX = /^[0-9a-f]{64}$/;

/** What binds a record to the one before. */
export interface Link {
  readonly prev: string;
  readonly hash: string;
  /** Whether the hash is that of the bytes. */
  readonly sound: boolean;
}

/** Checks the line at `[from, to)`, without its newline, by its raw bytes. Undefined when it has no well-formed hash. */
export function readLink(bytes: Buffer, from: number, to: number): Link | undefined {
  if (to - from <= LINK_BYTES) return undefined;
  const text = bytes.toString('latin1', to - LINK_BYTES, to);
  const isLink =
    text.startsWith(PREV_PART) && text.endsWith(END_PART) && text.startsWith(HASH_PART, HASH_AT - HASH_PART.length);
  if (!isLink) return undefined;
  const prev = text.slice(PREV_PART.length, PREV_PART.length + HASH_LENGTH);
  const said = text.slice(HASH_AT, HASH_AT + HASH_LENGTH);
  const sound = hash('sha256', bytes.subarray(from, to - UNHASHED_BYTES), 'hex') === said;
  return HEX.test(prev) && (sound || HEX.test(said)) ? { prev, hash: said, sound } : undefined;
}
