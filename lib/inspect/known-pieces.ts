import type { Payload } from '../wire/payload.ts';
import { keepJoined } from './joined.ts';
import { type Pieces, piecesOf } from './pieces.ts';

/** Bytes of the longest message that is kept; longer ones seldom come twice. */
const LONGEST = 512;
/** A power of two; with their texts it is half a megabyte. */
const SLOTS = 128;
const SAMPLES = 8;

/**
 * The texts of short messages that were read lately, since answers such as `ok` and questions such as the state of a job
 * come again and again. One slot for a hash of a few bytes, and the newest message wins; whether it is the same one is
 * told by all of its bytes.
 */
export class KnownPieces {
  readonly #bytes = new Uint8Array(SLOTS * LONGEST);
  readonly #lengths = new Uint16Array(SLOTS);
  readonly #pieces = new Array<Pieces | undefined>(SLOTS).fill(undefined);

  of(message: Payload): Pieces {
    if (message.size > LONGEST) return piecesOf(message);
    const bytes = message.bytes();
    const slot = slotOf(bytes);
    if (!this.#holds(slot, bytes)) {
      // Its texts are kept when it comes again: most do not, and what is kept costs whoever tidies up memory.
      this.#bytes.set(bytes, slot * LONGEST);
      this.#lengths[slot] = bytes.length;
      this.#pieces[slot] = undefined;
      return piecesOf(message);
    }
    let pieces = this.#pieces[slot];
    if (pieces === undefined) {
      pieces = piecesOf(message);
      keepJoined(pieces);
      this.#pieces[slot] = pieces;
    }
    return pieces;
  }

  #holds(slot: number, bytes: Buffer): boolean {
    const { length } = bytes;
    if (this.#lengths[slot] !== length) return false;
    const kept = this.#bytes;
    const from = slot * LONGEST;
    for (let i = 0; i < length; i++) if (kept[from + i] !== bytes[i]) return false;
    return true;
  }
}

/** By its length and bytes of it that stand evenly apart. */
function slotOf(bytes: Buffer): number {
  const { length } = bytes;
  let hash = length;
  for (let sample = 0; sample <= SAMPLES && length > 0; sample++) {
    hash = (Math.imul(hash, 31) + bytes[Math.floor(((length - 1) * sample) / SAMPLES)]!) | 0;
  }
  return (hash ^ (hash >>> 7) ^ (hash >>> 14)) & (SLOTS - 1);
}
