import { interned } from './interned.ts';

/** Keeps the text of one token, a key or an id, across the borders of chunks. */
export class TokenCapture {
  on = false;
  #at = 0;
  #parts: Buffer[] = [];

  reset(): void {
    this.on = false;
    this.#parts = [];
  }

  /** The token, if it is `wanted`, begins at `at` of this chunk. */
  begin(at: number, wanted: boolean): void {
    this.on = wanted;
    this.#at = at;
  }

  /** Another chunk begins, at `from` of its buffer. */
  resume(from: number): void {
    this.#at = from;
  }

  /** The chunk ends before the token does. */
  hold(buf: Buffer, to: number): void {
    this.#parts.push(Buffer.from(buf.subarray(this.#at, to)));
  }

  /** The text of the token, whose last part ends at `end` of this chunk. */
  take(buf: Buffer, end: number): string {
    this.on = false;
    if (this.#parts.length === 0) return interned.text(buf, this.#at, end);
    const whole = Buffer.concat([...this.#parts, buf.subarray(this.#at, end)]);
    this.#parts = [];
    return whole.toString('utf8');
  }
}
