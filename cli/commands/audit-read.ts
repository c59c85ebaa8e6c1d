import { statSync } from 'node:fs';
import type { AuditRecord } from '../../lib/audit/read.ts';
import { folders } from '../../lib/config/folders.ts';
import { parseDuration } from '../../lib/config/words/units.ts';
import { asObject } from '../../lib/model/json.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { LogReader, segmentsOf } from '../audit/log.ts';
import { CommandError, EXIT, print, shown } from '../output/print.ts';
import { readConfig } from '../read-config.ts';

export interface WhereOptions {
  readonly config?: string | undefined;
  readonly dir?: string | undefined;
  readonly json?: boolean;
}

export interface TailOptions extends WhereOptions {
  readonly follow?: boolean;
  readonly lines?: string;
}

const POLL_MS = 250;
const LONGEST_LINE = 600;
/** What an event is about, of what it has. */
const ABOUT = ['backend', 'item', 'resource', 'client', 'by', 'approved'];

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

/** A record for a person, or as it is, on one line. */
export function line(record: AuditRecord, json: boolean): string {
  if (json) return safeJson(record);
  const { ts, kind, decision, outcome, code, rule, id, ms } = record;
  const how = outcome === undefined ? decision : `${String(outcome)} ${String(ms)} ms`;
  const parts = [ts, String(kind).padEnd(7), how, whatOf(record), code, rule, kind === 'event' ? undefined : id];
  const head = parts.filter((part) => part !== undefined && part !== '').map(String);
  return [shown(head.join('  '), LONGEST_LINE), ...notesOf(record).map((note) => `    ${note}`)].join('\n');
}

/** What checks noticed, each in the words of its record: the check, and what it says. */
export function notesOf({ findings }: AuditRecord): string[] {
  if (!Array.isArray(findings)) return [];
  return findings.map((finding) => {
    const { check, note } = asObject(finding) ?? {};
    return shown(`${String(check)}: ${String(note)}`, LONGEST_LINE);
  });
}

function whatOf(record: AuditRecord): unknown {
  const { kind, event, from, detail, action, resource, host, port } = record;
  if (kind === 'event') {
    const connection = host === undefined ? undefined : `${String(host)}:${String(port)}`;
    return [event, connection, ...ABOUT.map((name) => record[name])].filter((part) => part !== undefined).join(' ');
  }
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

export function countOf(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new CommandError(`${flag} "${text}": write a whole number`);
  return count;
}
