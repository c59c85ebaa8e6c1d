const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Runs past an object or array that is nested too deep, however deep it goes, with three numbers' worth of
 * memory. Its frame is refused whatever is in it; what stands behind it may be the id to answer. Resumable.
 */
export class DeepSkip {
  #open = 0;
  #inString = false;
  #escaped = false;

  /** The opening bracket has just been seen. */
  begin(): void {
    this.#open = 1;
    this.#inString = false;
    this.#escaped = false;
  }

  /** The index after the closing bracket, or -1 when the chunk ends first. */
  run(buf: Buffer, from: number, to: number): number {
    for (let i = from; i < to; i++) {
      const c = buf[i]!;
      if (this.#inString) this.#string(c);
      else if (c === QUOTE) this.#inString = true;
      else if (c === 0x7b || c === 0x5b) this.#open++;
      else if ((c === 0x7d || c === 0x5d) && --this.#open === 0) return i + 1;
    }
    return -1;
  }

  #string(c: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (c === BACKSLASH) this.#escaped = true;
    else if (c === QUOTE) this.#inString = false;
  }
}
