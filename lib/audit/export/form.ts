import { safeJson } from '../../model/safe-json.ts';
import type { ExportFormat, ShippedRecord } from '../../model/shipping.ts';
import { type AuditRecord, NotARecord } from '../read.ts';
import { toCef } from './cef.ts';
import { toEcs } from './ecs.ts';
import { natureOf } from './nature.ts';
import { toOcsf } from './ocsf.ts';

const FORMS: Readonly<Record<Exclude<ExportFormat, 'native'>, (record: AuditRecord) => string>> = {
  ocsf: toOcsf,
  ecs: toEcs,
  cef: toCef,
};

/** A record in another format, one line. `log` names the log it stands in, which formats of others do not see by its file. */
export function toFormat(format: ExportFormat, record: AuditRecord, log: string | undefined): string {
  if (format === 'native') return safeJson(record);
  return FORMS[format](log === undefined ? record : { ...record, log });
}

/** A line of a log as it is shipped. Throws {@link NotARecord} for one that is none. */
export function shippedRecord(format: ExportFormat, line: string, seq: number, log: string): ShippedRecord {
  const record = recordIn(line);
  const { severity } = natureOf(record);
  return {
    seq,
    at: Date.parse(String(record.ts)) || 0,
    kind: String(record.kind),
    subject: String(record.event ?? record.action ?? record.outcome ?? record.kind),
    severity,
    trace: typeof record.trace === 'string' && /^[0-9a-f]{32}$/.test(record.trace) ? record.trace : undefined,
    // The very bytes of the log, so that the chain can be verified where they arrive.
    text: format === 'native' ? line : toFormat(format, record, log),
  };
}

function recordIn(line: string): AuditRecord {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as AuditRecord;
  } catch {
    // It is none.
  }
  throw new NotARecord('a line is no record');
}
