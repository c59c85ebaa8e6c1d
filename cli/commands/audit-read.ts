import { statSync } from 'node:fs';
import { type AuditRecord, createFilter, type Filter } from '../../lib/audit/read.ts';
import { folders } from '../../lib/config/folders.ts';
import { parseDuration } from '../../lib/config/units.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { GlobError } from '../../lib/policy/glob.ts';
import { LogReader, segmentsOf } from '../audit-log.ts';
import { readConfig } from '../compose.ts';
import { CommandError, EXIT, print, printError, shown } from '../print.ts';
import { filesOf } from './audit-verify.ts';

export interface WhereOptions {
  readonly config?: string | undefined;
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
const KINDS = ['call', 'done', 'refused', 'event'];
const DECISIONS = ['allow', 'deny', 'require_approval'];

/** Prints the records that match, oldest first. */
export async function auditQuery(files: readonly string[], options: QueryOptions): Promise<number> {
  const wanted = filterOf(options);
  const found = await new LogReader(wanted).read(
    files.length > 0 ? filesOf(files) : segmentsOf(await foldersOf(options)),
  );
  const most = options.limit === undefined ? found.length : countOf('--limit', options.limit);
  for (const record of found.slice(0, most)) print(line(record, options.json === true));
  if (options.json !== true) printError(`${Math.min(most, found.length)} of ${found.length} matching records`);
  return EXIT.ok;
}

/** What is looked for. A filter that could match nothing is refused: silence would look like a good sign. */
function filterOf(options: QueryOptions): (record: AuditRecord) => boolean {
  const { since, until, kind, decision, code } = options;
  choiceOf('--kind', kind, KINDS);
  choiceOf('--decision', decision, DECISIONS);
  if (code !== undefined && !/^SP\d{4}$/.test(code)) {
    throw new CommandError(`--code "${code}": write a code such as SP3002`);
  }
  try {
    return createFilter({ ...options, sinceMs: momentOf('--since', since), untilMs: momentOf('--until', until) });
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    throw new CommandError(`--resource "${options.resource}": ${error.message}`);
  }
}

/** Prints the newest records and, when asked to, goes on as more are written. */
export async function auditTail(options: TailOptions): Promise<number> {
  const count = countOf('--lines', options.lines ?? '20');
  const dirs = await foldersOf(options);
  const reader = new LogReader(() => true);
  const first = await reader.read(segmentsOf(dirs));
  for (const record of count === 0 ? [] : first.slice(-count)) print(line(record, options.json === true));
  if (options.follow !== true) return EXIT.ok;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    for (const record of await reader.read(segmentsOf(dirs))) print(line(record, options.json === true));
  }
}

/**
 * The folder of the log and the one used in its place, which are the config's when that can be read. What was asked
 * for by name must be there.
 */
export async function foldersOf({ dir, config }: WhereOptions): Promise<string[]> {
  if (dir !== undefined) {
    if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) throw new CommandError(`${dir} is no folder`);
    return [dir];
  }
  const audit = await readConfig({ config, overrides: {} })
    .then((read) => read.config.audit)
    .catch((error: unknown) => {
      if (config !== undefined) throw error;
      return { dir: folders().auditDir, fallbackDir: undefined };
    });
  return audit.fallbackDir === undefined ? [audit.dir] : [audit.dir, audit.fallbackDir];
}

function line(record: AuditRecord, json: boolean): string {
  if (json) return safeJson(record);
  const { ts, kind, decision, outcome, code, rule, id, ms } = record;
  const how = outcome === undefined ? decision : `${String(outcome)} ${String(ms)} ms`;
  const parts = [ts, String(kind).padEnd(7), how, whatOf(record), code, rule, kind === 'event' ? record.backend : id];
  return shown(
    parts
      .filter((part) => part !== undefined && part !== '')
      .map(String)
      .join('  '),
    600,
  );
}

function whatOf({ kind, event, from, detail, action, resource, host, port }: AuditRecord): unknown {
  if (kind === 'event') return host === undefined ? event : `${String(event)} ${String(host)}:${String(port)}`;
  if (kind === 'refused') return `${String(from)}: ${String(detail)}`;
  return resource === undefined ? undefined : `${String(action)} ${String(resource)}`;
}

/** A time, or how long ago, in milliseconds since 1970. */
export function momentOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ago = parseDuration(text);
  const moment = ago === undefined ? Date.parse(text) : Date.now() - ago;
  if (Number.isNaN(moment)) throw new CommandError(`${flag} "${text}": write a time such as 2026-11-21T10:00Z, or 2h`);
  return moment;
}

function choiceOf(flag: string, text: string | undefined, choices: readonly string[]): void {
  if (text !== undefined && !choices.includes(text)) {
    throw new CommandError(`${flag} "${text}": choose ${choices.join(', ')}`);
  }
}

function countOf(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new CommandError(`${flag} "${text}": write a whole number`);
  return count;
}
