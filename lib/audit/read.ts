import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import ndjson from 'ndjson';

/** A record as it is read back; members depend on its kind. */
export type AuditRecord = Readonly<Record<string, unknown>>;

/** A line that is no record; the log was tampered with or is not one. */
export class NotARecord extends Error {}

const LF = 0x0a;
const BLOCK = 64 * 1024;

/** Bytes of `file` up to the end of its last whole line; what follows is being written, or never was to its end. */
export function wholeBytes(file: string): number {
  const fd = openSync(file, 'r');
  try {
    const block = Buffer.alloc(BLOCK);
    for (let end = fstatSync(fd).size; end > 0; end -= BLOCK) {
      const start = Math.max(0, end - BLOCK);
      const at = block.subarray(0, readSync(fd, block, 0, end - start, start)).lastIndexOf(LF);
      if (at !== -1) return start + at + 1;
    }
    return 0;
  } finally {
    closeSync(fd);
  }
}

/** The records of a segment, in order, between two offsets at the ends of lines. */
export async function* readRecords(file: string, from: number, to: number): AsyncGenerator<AuditRecord> {
  if (to <= from) return;
  const source = createReadStream(file, { start: from, end: to - 1 });
  const records = source.pipe(ndjson.parse({ strict: true }));
  let lines = 0;
  let read = 0;
  source.on('data', (chunk) => {
    for (const byte of chunk as Buffer) if (byte === LF) lines++;
  });
  source.on('error', (error) => records.destroy(error));
  try {
    for await (const record of records) {
      read++;
      if (typeof record !== 'object' || Array.isArray(record)) throw new Error('a line is not an object');
      yield record as AuditRecord;
    }
  } catch (error) {
    throw new NotARecord(`${file}: ${(error as Error).message.split('\n', 1)[0]}`);
  }
  // The parser skips empty lines and takes `null` for the end, so what it left out is counted.
  if (read !== lines) throw new NotARecord(`${file}: a line is not an object`);
}
