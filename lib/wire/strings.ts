/** Chunks smaller than this are not worth a word-wise view. */
const WIDE = 512;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NO_WORDS = new Int32Array(0);

/**
 * Runs through the inside of JSON strings, resumable at any byte. In big chunks four bytes are looked at
 * together, because most of a big frame is the inside of strings.
 */
export class StringScan {
  /** The string being read has at least one escape. */
  escaped = false;
  /** Above 0x7f, or negative, when any plain byte seen was not ASCII. */
  seen = 0;
  fault: string | undefined;
  /** Where the fault is, as an index of the chunk. */
  faultAt = 0;

  /** 0, or 1 after a backslash, or 5 down to 2 while hex digits are awaited. */
  #pending = 0;
  #words: Int32Array = NO_WORDS;
  /** Index in the chunk of the first byte of the first word. */
  #wordsAt = 0;

  reset(): void {
    this.#pending = 0;
    this.fault = undefined;
  }

  /** To be called with each new chunk. */
  open(chunk: Buffer): void {
    this.seen = 0;
    this.#words = NO_WORDS;
    if (chunk.length < WIDE) return;
    this.#wordsAt = (4 - (chunk.byteOffset & 3)) & 3;
    const count = (chunk.length - this.#wordsAt) >> 2;
    this.#words = new Int32Array(chunk.buffer as ArrayBuffer, chunk.byteOffset + this.#wordsAt, count);
  }

  /** The index of the closing quote, or `to` when the chunk ends first, or -1 with `fault` set. */
  run(buf: Buffer, from: number, to: number): number {
    let i = this.#pending === 0 ? from : this.#escape(buf, from, to);
    const words = this.#words;
    const at = this.#wordsAt;
    const lastWord = words.length === 0 ? 0 : (to - at) >> 2;
    let seen = 0;
    while (i < to && i >= 0) {
      const c = buf[i]!;
      if (c === QUOTE) break;
      if (c === BACKSLASH) {
        this.#pending = 1;
        i = this.#escape(buf, i + 1, to);
        continue;
      }
      if (c < 0x20) {
        this.seen |= seen;
        return this.#fail('a control character stands in a string', i);
      }
      seen |= c;
      i++;
      if (((i - at) & 3) !== 0) continue;
      let word = (i - at) >> 2;
      while (word < lastWord) {
        const v = words[word]!;
        const quote = v ^ 0x22222222;
        const slash = v ^ 0x5c5c5c5c;
        const stop = ((v - 0x20202020) & ~v) | ((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash);
        if ((stop & 0x80808080) !== 0) break;
        seen |= v & 0x80808080;
        word++;
        i += 4;
      }
    }
    this.seen |= seen;
    return i;
  }

  #escape(buf: Buffer, from: number, to: number): number {
    this.escaped = true;
    for (let i = from; i < to; i++) {
      const c = buf[i]!;
      if (this.#pending === 1) {
        if (c !== 0x75 && !isSimpleEscape(c)) return this.#fail('not an escape of JSON', i);
        this.#pending = c === 0x75 ? 5 : 0;
      } else {
        if (!isHex(c)) return this.#fail('a \\u escape is not four hex digits', i);
        this.#pending = this.#pending === 2 ? 0 : this.#pending - 1;
      }
      if (this.#pending === 0) return i + 1;
    }
    return to;
  }

  #fail(detail: string, at: number): number {
    this.fault = detail;
    this.faultAt = at;
    return -1;
  }
}

function isSimpleEscape(c: number): boolean {
  return c === 0x22 || c === 0x5c || c === 0x2f || c === 0x62 || c === 0x66 || c === 0x6e || c === 0x72 || c === 0x74;
}

function isHex(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x66) || (c >= 0x41 && c <= 0x46);
}
