import { hostname } from 'node:os';
import { escapeActing } from '../../lib/model/printable.ts';
import type { Batch, Severity, ShippedRecord } from '../../lib/model/shipping.ts';

/** Severity of RFC 5424 for one of ours: informational, notice, warning, error, critical. */
const SEVERITIES: Readonly<Record<Severity, number>> = { 1: 6, 3: 5, 5: 4, 7: 3, 9: 2 };
/** Our structured data: an enterprise number kept for documentation, since we have none. */
const SD_ID = 'sallyport@32473';
const BOM = '\ufeff';

/** A record as a message of RFC 5424, with its length before it as RFC 6587 and RFC 5425 have it. */
export function syslogFrame(record: ShippedRecord, batch: Pick<Batch, 'log' | 'id'>, facility: number): Buffer {
  const message = Buffer.from(syslogMessage(record, batch, facility), 'utf8');
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

export function syslogMessage(
  { seq, at, kind, severity, text }: ShippedRecord,
  { log, id }: Pick<Batch, 'log' | 'id'>,
  facility: number,
): string {
  const priority = facility * 8 + SEVERITIES[severity];
  const header = [
    `<${priority}>1`,
    new Date(at).toISOString(),
    name(hostname(), 255),
    'sallyport',
    pidOf(log),
    name(kind, 32),
  ].join(' ');
  const data = `[${SD_ID} log="${value(log)}" seq="${seq}" batch="${value(id)}"]`;
  return `${header} ${data} ${BOM}${text}`;
}

/** A part of the header: printable ASCII without spaces, or a dash for nothing. */
function name(text: string, most: number): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';
}

/** A value of structured data: quotes, backslashes and closing brackets are escaped. */
function value(text: string): string {
  return escapeActing(text).replaceAll(/["\\\]]/g, '\\$&');
}

/** The process that wrote the log, which its name says. */
function pidOf(log: string): string {
  return /-(\d+)-\d+$/.exec(log)?.[1] ?? '-';
}
