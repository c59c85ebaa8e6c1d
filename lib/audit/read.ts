import { createReadStream } from 'node:fs';
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

/** The records of a segment, in order. `from` skips bytes that were read before. */
export async function* readRecords(file: string, from = 0): AsyncGenerator<AuditRecord> {
  const stream = createReadStream(file, { start: from }).pipe(ndjson.parse({ strict: true }));
  try {
    for await (const record of stream) yield record as AuditRecord;
  } catch (error) {
    throw new NotARecord(`${file}: ${(error as Error).message.split('\n', 1)[0]}`);
  }
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
