import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import ndjson from 'ndjson';
import { compileGlob } from '../policy/glob.ts';

/** A record as it is read back; members depend on its kind. */
export type AuditRecord = Readonly<Record<string, unknown>>;

/** What `audit query` looks for; everything given must hold. */
export interface Filter {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly resource?: string | undefined;
  readonly backend?: string | undefined;
  readonly decision?: string | undefined;
  readonly code?: string | undefined;
  readonly kind?: string | undefined;
  readonly id?: string | undefined;
}

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

/** Whether `record` is looked for. A `done` record has no resource, so it is found by its id alone. */
export function createFilter(filter: Filter): (record: AuditRecord) => boolean {
  const matches = filter.resource === undefined ? undefined : compileGlob(filter.resource, 'anything');
  return (record) => {
    const ts = Date.parse(String(record.ts));
    if (filter.sinceMs !== undefined && !(ts >= filter.sinceMs)) return false;
    if (filter.untilMs !== undefined && !(ts <= filter.untilMs)) return false;
    if (matches !== undefined && !matches(String(record.resource))) return false;
    if (filter.backend !== undefined && backendOf(record) !== filter.backend) return false;
    for (const key of ['decision', 'code', 'kind', 'id'] as const) {
      if (filter[key] !== undefined && record[key] !== filter[key]) return false;
    }
    return true;
  };
}

function backendOf(record: AuditRecord): string | undefined {
  if (typeof record.backend === 'string') return record.backend;
  if (typeof record.resource === 'string' && record.resource.includes('/')) return record.resource.split('/', 1)[0];
  return typeof record.from === 'string' ? record.from : undefined;
}
