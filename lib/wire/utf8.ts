import { isUtf8 } from 'node:buffer';

/**
 * Strict UTF-8 over chunks. A sequence cut by a chunk border is carried (at most three bytes), so that the
 * native validator sees every byte exactly once.
 */
export class Utf8Gate {
  readonly #carry = Buffer.alloc(4);
  #held = 0;

  reset(): void {
    this.#held = 0;
  }

  /** True while everything so far can still be valid UTF-8. */
  push(buf: Buffer, from: number, to: number): boolean {
    let start = from;
    if (this.#held > 0) {
      const need = sequenceLength(this.#carry[0]!);
      while (this.#held < need && start < to) this.#carry[this.#held++] = buf[start++]!;
      if (this.#held < need) return true;
      if (!isUtf8(this.#carry.subarray(0, need))) return false;
      this.#held = 0;
    }
    const cut = this.#incompleteTail(buf, start, to);
    if (!isUtf8(buf.subarray(start, cut))) return false;
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

  #incompleteTail(buf: Buffer, from: number, to: number): number {
    for (let back = 1; back <= 3 && to - back >= from; back++) {
      const byte = buf[to - back]!;
      if ((byte & 0xc0) === 0x80) continue;
      return sequenceLength(byte) > back ? to - back : to;
    }
    return to;
  }
}

/** Bytes a sequence has by its first byte; 1 for bytes that start none, which the validator then refuses. */
function sequenceLength(lead: number): number {
  if (lead >= 0xf0 && lead < 0xf8) return 4;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xc0 && lead < 0xe0) return 2;
  return 1;
}
