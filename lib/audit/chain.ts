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

const TAIL = /^,"hash":"([0-9a-f]{64})"\}$/;
const TAIL_BYTES = ',"hash":""}'.length + HASH_LENGTH;
const PREV = /,"prev":"([0-9a-f]{64})"$/;

/** Checks one line, without its newline, by its raw bytes. Undefined when it has no well-formed hash. */
export function readLink(
  line: Buffer,
): { readonly prev: string; readonly hash: string; readonly sound: boolean } | undefined {
  if (line.length <= TAIL_BYTES) return undefined;
  const split = line.length - TAIL_BYTES;
  const tail = TAIL.exec(line.toString('latin1', split));
  const prev = PREV.exec(line.toString('latin1', Math.max(0, split - 80), split));
  if (tail === null || prev === null) return undefined;
  const sound = hash('sha256', line.subarray(0, split), 'hex') === tail[1];
  return { prev: prev[1]!, hash: tail[1]!, sound };
}
