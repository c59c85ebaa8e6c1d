import { Writable } from 'node:stream';

/** A stream that keeps what is written to it. */
export class Collector extends Writable {
  readonly #pieces: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#pieces.push(Buffer.from(chunk));
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  /** Every line written, without its newline. */
  get lines(): string[] {
    return this.bytes.toString('utf8').split('\n').slice(0, -1);
  }
}
