import { closeSync, openSync, readSync } from 'node:fs';

const LF = 0x0a;
const BLOCK = 1024 * 1024;
/** No record of ours comes near it; a file without newlines is not read into memory whole. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** A line as it stands in a file: `[from, to)` of `bytes`, which are used again for the next. `from` is never 0. */
export interface RawLine {
  bytes: Buffer;
  from: number;
  to: number;
  /** From 1. */
  number: number;
  /** Whether a newline follows. */
  complete: boolean;
}

/**
 * Shows the lines of a file to `look`, which answers whether to go on. The one object is used for all of them, and the byte
 * in front of a line may be overwritten. A line that is too long for a record is shown cut off, as one that is not complete.
 */
export function eachLine(file: string, look: (line: RawLine) => boolean): void {
  const fd = openSync(file, 'r');
  try {
    let bytes = Buffer.allocUnsafeSlow(1 + BLOCK);
    let end = 1;
    const line: RawLine = { bytes, from: 1, to: 1, number: 0, complete: true };
    for (;;) {
      const got = readSync(fd, bytes, end, bytes.length - end, null);
      if (got === 0) break;
      const searched = end;
      end += got;
      let from = 1;
      for (let lf = bytes.indexOf(LF, searched); lf !== -1 && lf < end; lf = bytes.indexOf(LF, from)) {
        line.bytes = bytes;
        line.from = from;
        line.to = lf;
        line.number++;
        if (!look(line)) return;
        from = lf + 1;
      }
      bytes.copyWithin(1, from, end);
      end = end - from + 1;
      if (end < bytes.length) continue;
      if (bytes.length > LONGEST_LINE) break;
      const bigger = Buffer.allocUnsafeSlow(bytes.length * 2);
      bytes.copy(bigger, 0, 0, end);
      bytes = bigger;
    }
    if (end > 1) look({ bytes, from: 1, to: end, number: line.number + 1, complete: false });
  } finally {
    closeSync(fd);
  }
}
