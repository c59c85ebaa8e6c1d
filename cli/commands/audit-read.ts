import { existsSync, statSync } from 'node:fs';
import { segmentsIn } from '../../lib/audit/files.ts';
import { type AuditRecord, createFilter, type Filter, NotARecord, readRecords } from '../../lib/audit/read.ts';
import { folders } from '../../lib/config/folders.ts';
import { parseDuration } from '../../lib/config/units.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { readConfig } from '../compose.ts';
import { CommandError, EXIT, print, printError, shown } from '../print.ts';
import { filesOf } from './audit-verify.ts';

interface WhereOptions {
  readonly config?: string;
  readonly dir?: string;
  readonly json?: boolean;
}

export interface QueryOptions extends WhereOptions, Omit<Filter, 'sinceMs' | 'untilMs'> {
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
}

export interface TailOptions extends WhereOptions {
  readonly follow?: boolean;
  readonly lines?: string;
}

const POLL_MS = 250;

/** Prints the records that match, oldest first. */
export async function auditQuery(files: readonly string[], options: QueryOptions): Promise<number> {
  const { since, until } = options;
  const wanted = createFilter({
    ...options,
    sinceMs: momentOf('--since', since),
    untilMs: momentOf('--until', until),
  });
  const found = await collect(files.length > 0 ? filesOf(files) : await segments(options), wanted);
  const most = options.limit === undefined ? found.length : countOf('--limit', options.limit);
  for (const record of found.slice(0, most)) print(line(record, options.json === true));
  if (options.json !== true) printError(`${Math.min(most, found.length)} of ${found.length} matching records`);
  return EXIT.ok;
}

/** Prints the newest records and, when asked to, goes on as more are written. */
export async function auditTail(options: TailOptions): Promise<number> {
  const files = await segments(options);
  const newest = (await collect(files, () => true)).slice(-countOf('--lines', options.lines ?? '20'));
  for (const record of newest) print(line(record, options.json === true));
  if (options.follow !== true) return EXIT.ok;
  const seen = new Map(files.map((file) => [file, statSync(file).size]));
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    for (const file of await segments(options)) {
      const from = seen.get(file) ?? 0;
      const { size } = statSync(file);
      if (size <= from) continue;
      seen.set(file, size);
      for (const record of await collect([file], () => true, from)) print(line(record, options.json === true));
    }
  }
}

async function collect(
  files: readonly string[],
  wanted: (record: AuditRecord) => boolean,
  from = 0,
): Promise<AuditRecord[]> {
  const found: AuditRecord[] = [];
  for (const file of files) {
    try {
      for await (const record of readRecords(file, from)) if (wanted(record)) found.push(record);
    } catch (error) {
      if (!(error instanceof NotARecord)) throw error;
      throw new CommandError(`${error.message}; see \`sallyport audit verify ${file}\``, EXIT.integrity);
    }
  }
  return found.sort((a, b) => (String(a.ts) < String(b.ts) ? -1 : String(a.ts) > String(b.ts) ? 1 : 0));
}

/** Every segment in the folder of the log, which is the config's when that can be read. */
async function segments({ dir, config }: WhereOptions): Promise<string[]> {
  const folder =
    dir ??
    (await readConfig({ config, overrides: {} })
      .then(({ config: c }) => c.audit.dir)
      .catch(() => folders().auditDir));
  return existsSync(folder) ? segmentsIn(folder).map(({ path }) => path) : [];
}

function line(record: AuditRecord, json: boolean): string {
  if (json) return safeJson(record);
  const { ts, kind, decision, outcome, resource, action, code, rule, event, from, detail, id, ms } = record;
  const what =
    kind === 'event'
      ? event
      : kind === 'refused'
        ? `${String(from)}: ${String(detail)}`
        : resource === undefined
          ? ''
          : `${String(action)} ${String(resource)}`;
  const how = kind === 'done' ? `${String(outcome)} ${String(ms)} ms` : decision;
  const parts = [ts, String(kind).padEnd(7), how, what, code, rule, kind === 'event' ? record.backend : id];
  return shown(
    parts
      .filter((part) => part !== undefined && part !== '')
      .map(String)
      .join('  '),
    600,
  );
}

function momentOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ago = parseDuration(text);
  const moment = ago === undefined ? Date.parse(text) : Date.now() - ago;
  if (Number.isNaN(moment)) throw new CommandError(`${flag} "${text}": write a time such as 2026-11-21T10:00Z, or 2h`);
  return moment;
}

function countOf(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new CommandError(`${flag} "${text}": write a whole number`);
  return count;
}
