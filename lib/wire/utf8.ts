import { isUtf8 } from 'node:buffer';

/**
 * Strict UTF-8 over chunks. A sequence cut by a chunk border is carried (at most three bytes), so that the
 * native validator sees every byte exactly once.
 */
export class Utf8Gate {
  readonly #carry = Buffer.alloc(4);
  #held = 0;
  /**
   * Once a push has failed: where the sequence that is none begins, as an index of the buffer pushed last. It
   * lies before that buffer's bytes when the sequence began in an earlier one.
   */
  badAt = 0;

  reset(): void {
    this.#held = 0;
  }

  /** True while everything so far can still be valid UTF-8. */
  push(buf: Buffer, from: number, to: number): boolean {
    let start = from;
    if (this.#held > 0) {
      const begin = from - this.#held;
      const need = sequenceLength(this.#carry[0]!);
      while (this.#held < need && start < to) {
        if (!continues(buf[start]!)) return this.#fail(begin);
        this.#carry[this.#held++] = buf[start++]!;
      }
      if (this.#held < need) return true;
      if (!isUtf8(this.#carry.subarray(0, need))) return this.#fail(begin);
      this.#held = 0;
    }
    const cut = this.#incompleteTail(buf, start, to);
    if (!isUtf8(buf.subarray(start, cut))) return this.#fail(firstBad(buf, start, cut));
    for (let i = cut; i < to; i++) this.#carry[this.#held++] = buf[i]!;
    return true;
  }

  /** True when no sequence is left unfinished. */
  complete(): boolean {
    return this.#held === 0;
  }

  get pending(): boolean {
    return this.#held > 0;
  }

  #fail(at: number): false {
    this.#held = 0;
    this.badAt = at;
    return false;
  }

  #incompleteTail(buf: Buffer, from: number, to: number): number {
    for (let back = 1; back <= 3 && to - back >= from; back++) {
      const byte = buf[to - back]!;
      if (continues(byte)) continue;
      return sequenceLength(byte) > back ? to - back : to;
    }
    return to;
  }
}

/** The index of the first sequence in `[from, to)` that is no UTF-8; there is one. */
function firstBad(buf: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const length = sequenceLength(buf[at]!);
    if (buf[at]! > 0x7f && !isUtf8(buf.subarray(at, Math.min(to, at + length)))) break;
    at += length;
  }
  return at;
}

function continues(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Bytes a sequence has by its first byte; 1 for bytes that start none, which the validator then refuses. */
function sequenceLength(lead: number): number {
  if (lead >= 0xf0 && lead < 0xf8) return 4;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xc0 && lead < 0xe0) return 2;
  return 1;
}
