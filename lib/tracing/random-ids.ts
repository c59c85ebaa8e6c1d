import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;

/** Ids of traces and spans: random bytes are asked for many at a time, which costs as much as asking for one. */
export class RandomIds {
  readonly #pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  #at = POOL_BYTES;

  /** 32 lower-case hex digits. */
  trace(): string {
    return this.#next(16);
  }

  /** 16 lower-case hex digits. */
  span(): string {
    return this.#next(8);
  }

  #next(bytes: number): string {
    if (this.#at + bytes > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#at = 0;
    }
    this.#at += bytes;
    const id = this.#pool.toString('hex', this.#at - bytes, this.#at);
    // An id of zeros alone is none (W3C Trace Context).
    return /^0+$/.test(id) ? this.#next(bytes) : id;
  }
}
