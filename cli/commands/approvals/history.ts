import type { AuditRecord } from '../../../lib/audit/read.ts';
import { safeJson } from '../../../lib/model/safe-json.ts';
import { LogReader, segmentsOf } from '../../audit/log.ts';
import { EXIT, print, printError, shown } from '../../output/print.ts';
import { foldersOf, momentOf, type WhereOptions } from '../audit-read.ts';

export interface HistoryOptions extends WhereOptions {
  readonly since?: string;
}

/** What the log holds of approvals. */
const EVENTS = /^(?:approval|grant|local_request)_/;
const MOST_LINE = 600;
/** Members every record has, which say nothing of an approval. */
const PLAIN = new Set(['v', 'seq', 'ts', 'kind', 'event', 'prev', 'hash', 'policy']);

/** Prints what was asked for, answered and used, oldest first. */
export async function approvalsHistory(options: HistoryOptions): Promise<number> {
  const since = momentOf('--since', options.since);
  const wanted = ({ kind, event, ts }: AuditRecord) =>
    kind === 'event' && EVENTS.test(String(event)) && (since === undefined || Date.parse(String(ts)) >= since);
  const found = await new LogReader(wanted).read(segmentsOf(await foldersOf(options)));
  for (const record of found) print(options.json === true ? safeJson(record) : line(record));
  if (options.json !== true && found.length === 0) printError('the log holds nothing of approvals');
  return EXIT.ok;
}

function line(record: AuditRecord): string {
  const { ts, event } = record;
  const told = Object.entries(record).filter(([name, value]) => !PLAIN.has(name) && value !== undefined);
  const members = told.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return shown([ts, String(event).padEnd(22), ...members].join('  '), MOST_LINE);
}
