import { createHash } from 'node:crypto';
import type { Payload } from '../wire/payload.ts';

/** Bytes that are hashed without a pause: half a millisecond. */
const STEP = 1 << 20;
const DIGESTS = new WeakMap<Payload, string>();

/** SHA-256 of the bytes of a message, in steps between which others may run; kept for who asks next. */
export function* digestInSteps(message: Payload): Generator<void, string, void> {
  const known = DIGESTS.get(message);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for (let at = 0; at < message.size; at += STEP) {
    if (at > 0) yield;
    giveBytes(message, at, Math.min(message.size, at + STEP), (bytes) => hash.update(bytes));
  }
  const digest = hash.digest('base64');
  DIGESTS.set(message, digest);
  return digest;
}

/** Gives the bytes `[start, end)` of a message as they lie, without joining them. */
function giveBytes({ parts, from }: Payload, start: number, end: number, give: (bytes: Buffer) => void): void {
  let offset = -from;
  for (const part of parts) {
    const [first, last] = [Math.max(0, start - offset), Math.min(part.length, end - offset)];
    if (first < last) give(part.subarray(first, last));
    offset += part.length;
    if (offset >= end) return;
  }
}

/**
 * What was found out about large messages that were read lately, by a digest of all of their bytes: a file is read again, a
 * page is looked at again, and hashing a MB takes half a millisecond where reading it takes twenty.
 */
export class KnownMessages<T> {
  readonly #most: number;
  readonly #kept = new Map<string, T>();

  /** `most` are kept, those that were asked for last. */
  constructor(most: number) {
    this.#most = most;
  }

  of(key: string): T | undefined {
    const known = this.#kept.get(key);
    if (known === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, known);
    return known;
  }

  keep(key: string, known: T): void {
    this.#kept.set(key, known);
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.keys().next().value!);
  }
}
