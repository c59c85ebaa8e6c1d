import type { Writable } from 'node:stream';
import type { Batch, Receipt, Receiver } from '../../lib/model/shipping.ts';

const PATIENCE_MS = 30_000;

/** Writes records to standard output, one a line, for what collects the output of containers. */
export class StdoutReceiver implements Receiver {
  readonly name = 'stdout';
  readonly #out: Writable;
  /** The batch that was written last. */
  #writing: { readonly id: string; readonly written: Promise<Receipt> } | undefined;

  constructor(out: Writable) {
    this.#out = out;
  }

  /** Resolves when the system has it all. What nobody has read yet is waited for again, and not written once more. */
  async send({ id, records }: Batch): Promise<Receipt> {
    if (this.#writing?.id !== id) {
      const text = records.map((record) => `${record.text}\n`).join('');
      this.#writing = { id, written: this.#written(text) };
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Receipt>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'later', why: 'nobody reads standard output' }), PATIENCE_MS).unref();
    });
    const receipt = await Promise.race([this.#writing.written, late]);
    clearTimeout(timer);
    return receipt;
  }

  #written(text: string): Promise<Receipt> {
    return new Promise((resolve) => {
      this.#out.write(text, (error) => {
        if (error) this.#writing = undefined;
        resolve(error ? { kind: 'later', why: error.message } : { kind: 'taken' });
      });
    });
  }

  reach(): Promise<string> {
    return Promise.resolve('standard output');
  }

  close(): void {}
}
