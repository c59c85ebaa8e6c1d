import type { Readable } from 'node:stream';
import type { Clock } from '../lib/model/clock.ts';

const LINE_BYTES = 8 * 1024;
const BYTES_PER_SECOND = 64 * 1024;

/**
 * A backend's diagnostics, line by line: long lines are cut, a flood is dropped and counted, the stream is
 * always read so that the backend never blocks on it.
 */
export class StderrLines {
  readonly #clock: Clock;
  readonly #onLine: (line: string) => void;
  #partial = '';
  #partialBytes = 0;
  #cut = false;
  #windowStart = 0;
  #windowBytes = 0;
  #dropped = 0;

  constructor(stream: Readable, clock: Clock, onLine: (line: string) => void) {
    this.#clock = clock;
    this.#onLine = onLine;
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.#push(text));
    stream.once('end', () => this.#finish());
    stream.once('close', () => this.#finish());
    stream.on('error', () => {});
  }

  #push(text: string): void {
    const lines = text.split('\n');
    for (const [index, piece] of lines.entries()) {
      this.#append(piece);
      if (index < lines.length - 1) this.#endLine();
    }
  }

  #append(piece: string): void {
    if (this.#cut || piece === '') return;
    const room = LINE_BYTES - this.#partialBytes;
    this.#partialBytes += Buffer.byteLength(piece);
    if (this.#partialBytes <= LINE_BYTES) this.#partial += piece;
    else {
      this.#partial += firstBytes(piece, room);
      this.#cut = true;
    }
  }

  #endLine(): void {
    const line = this.#cut ? `${this.#partial}… (cut)` : this.#partial.replace(/\r$/, '');
    const bytes = Math.min(this.#partialBytes, LINE_BYTES);
    this.#partial = '';
    this.#partialBytes = 0;
    this.#cut = false;
    if (line === '') return;
    const now = this.#clock.monotonic();
    if (now - this.#windowStart >= 1000) {
      this.#reportDropped();
      this.#windowStart = now;
      this.#windowBytes = 0;
    }
    this.#windowBytes += bytes;
    if (this.#windowBytes > BYTES_PER_SECOND) this.#dropped++;
    else this.#onLine(line);
  }

  #reportDropped(): void {
    if (this.#dropped > 0) this.#onLine(`(${this.#dropped} lines dropped: more than 64 KiB a second)`);
    this.#dropped = 0;
  }

  #finish(): void {
    if (this.#partial !== '') this.#endLine();
    this.#reportDropped();
  }
}

/** As many whole characters of `text` as fit into `bytes`. */
function firstBytes(text: string, bytes: number): string {
  const start = Buffer.from(text.slice(0, bytes));
  let end = Math.min(bytes, start.length);
  while (end > 0 && end < start.length && (start[end]! & 0xc0) === 0x80) end--;
  return start.toString('utf8', 0, end);
}
