import { naturalAt } from './numbers.ts';
import { textOfBytes } from './text-of-bytes.ts';

/** A power of two; one slot a hash, the newest text wins. */
const SLOTS = 1024;
const LONGEST = 40;

/**
 * Short ASCII texts that come again and again (keys, methods, tool names), as strings already made. Reading
 * them by comparing bytes costs a fifth of asking the runtime to decode them.
 */
export class Interned {
  readonly #slots: string[] = new Array<string>(SLOTS).fill('');

  /** The text of `buf[start, end)` as UTF-8. */
  text(buf: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > LONGEST) return textOfBytes(buf, start, end);
    // Ids are counted up, so each is new: kept, it would only take the place of a text that comes again.
    const natural = naturalAt(buf, start, end);
    if (natural !== -1) return String(natural);
    let hash = length;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + buf[i]!) | 0;
    const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
    const known = this.#slots[slot]!;
    if (known.length === length && matches(known, buf, start)) return known;
    const text = buf.toString('utf8', start, end);
    this.#slots[slot] = text;
    return text;
  }
}

/** Only ASCII can match: above it one character is not one byte, and a mismatch merely decodes again. */
function matches(text: string, buf: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c > 0x7f || c !== buf[start + i]) return false;
  }
  return true;
}

/** Shared by all scanners of the process: the vocabulary is the same for every peer. */
export const interned = new Interned();
