import type { Filter } from '../../lib/audit/filter.ts';
import { type AuditRecord, NotARecord } from '../../lib/audit/read.ts';
import { type Hit, search } from '../../lib/audit/search.ts';
import { compileGlob, GlobError } from '../../lib/policy/glob.ts';
import { segmentsOf } from '../audit/log.ts';
import { CommandError, columns, counted, EXIT, print, printError, printJson, shown } from '../output/print.ts';
import { countOf, foldersOf, line, momentOf, type WhereOptions } from './audit-read.ts';
import { filesOf } from './audit-verify.ts';

export interface FilterOptions extends Omit<Filter, 'sinceMs' | 'untilMs'> {
  readonly since?: string;
  readonly until?: string;
}

export interface QueryOptions extends WhereOptions, FilterOptions {
  readonly limit?: string;
  readonly groupBy?: string;
}

const KINDS = ['call', 'done', 'refused', 'event'];
const DECISIONS = ['allow', 'deny', 'require_approval'];
/** What records may be counted by. */
const COUNTED = [
  ...['principal', 'client', 'client_id', 'tenant', 'session', 'backend', 'resource', 'type', 'action'],
  ...['decision', 'code', 'rule', 'check', 'kind', 'event', 'outcome', 'policy', 'from'],
];
/** A member nobody can have in a log of ours, between the values of a group. */
const BETWEEN = '\u0000';

/** Prints the records that match, oldest first, or counts them. */
export async function auditQuery(files: readonly string[], options: QueryOptions): Promise<number> {
  const segments = files.length > 0 ? filesOf(files) : segmentsOf(await foldersOf(options));
  const most = options.limit === undefined ? undefined : countOf('--limit', options.limit);
  if (options.groupBy !== undefined) return grouped(segments, options, options.groupBy, most);
  const oldest = new Oldest(most);
  searched(segments, filterOf(options), ['ts'], (hit) => oldest.add(hit));
  const records = oldest.sorted();
  for (const record of records) print(line(record, options.json === true));
  if (options.json !== true) printError(`${records.length} of ${oldest.count} matching records`);
  return EXIT.ok;
}

/** The first in time of what is given, without keeping all the others. */
class Oldest {
  count = 0;
  readonly #most: number;
  #kept: AuditRecord[] = [];
  #latest: string | undefined;

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  add({ members, whole }: Hit): void {
    this.count++;
    if (this.#latest !== undefined && String(members.ts) >= this.#latest) return;
    this.#kept.push(whole());
    if (this.#kept.length < 2 * this.#most + 1000) return;
    this.#kept = this.sorted();
    this.#latest = String(this.#kept.at(-1)?.ts ?? '');
  }

  sorted(): AuditRecord[] {
    const byTime = (a: AuditRecord, b: AuditRecord) => (String(a.ts) < String(b.ts) ? -1 : a.ts === b.ts ? 0 : 1);
    return this.#kept.sort(byTime).slice(0, this.#most);
  }
}

/** How many there are of each kind, the most first. Of calls alone, unless another kind is asked for. */
function grouped(segments: readonly string[], options: QueryOptions, by: string, most = Number.POSITIVE_INFINITY) {
  const names = by.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !COUNTED.includes(name));
  if (unknown !== undefined)
    throw new CommandError(`--group-by "${unknown}": choose ${COUNTED.join(', ')}, with commas between`);
  const counts = new Map<string, { values: unknown[]; count: number }>();
  let all = 0;
  const asked = names.includes('backend') ? [...names, 'resource'] : names;
  searched(segments, filterOf({ kind: 'call', ...options }), asked, ({ members }) => {
    const values = names.map((name) => (name === 'backend' ? backendIn(members) : members[name]));
    const key = values.join(BETWEEN);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { values, count: 1 });
    else known.count++;
    all++;
  });
  const groups = [...counts.values()].sort((a, b) => b.count - a.count);
  const told = groups.slice(0, most);
  if (options.json === true) {
    const asObject = ({ values, count }: (typeof told)[number]) => ({
      ...Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])),
      count,
    });
    printJson({ records: all, groups: told.map(asObject), more: groups.length - told.length });
    return EXIT.ok;
  }
  const rows = told.map(({ values, count }) => [
    ...values.map((value) => shown(String(value ?? '-'), 200)),
    String(count),
  ]);
  print(columns([[...names, 'count'], ...rows]));
  printError(`${counted(all, 'record')} in ${counted(groups.length, 'group')}`);
  return EXIT.ok;
}

function backendIn({ backend, resource }: AuditRecord): unknown {
  if (backend !== undefined || typeof resource !== 'string' || !resource.includes('/')) return backend;
  return resource.slice(0, resource.indexOf('/'));
}

/** Searches; what is wrong with the log is told as such. */
export function searched(
  segments: readonly string[],
  filter: Filter,
  members: readonly string[],
  found: (hit: Hit) => void,
): void {
  try {
    search(segments, filter, members, found);
  } catch (error) {
    if (!(error instanceof NotARecord)) throw error;
    const file = error.message.replace(/: [^:]*$/, '');
    throw new CommandError(`${error.message}; see \`sallyport audit verify ${file}\``, EXIT.integrity);
  }
}

/** What is looked for. A filter that could match nothing is refused: silence would look like a good sign. */
export function filterOf({ since, until, ...rest }: FilterOptions): Filter {
  choiceOf('--kind', rest.kind, KINDS);
  choiceOf('--decision', rest.decision, DECISIONS);
  if (rest.code !== undefined && !/^SP\d{4}$/.test(rest.code))
    throw new CommandError(`--code "${rest.code}": write a code such as SP3002`);
  for (const key of GLOBS) globOf(key, rest[key]);
  const trace = traceOf(rest.trace);
  return { ...rest, trace, sinceMs: momentOf('--since', since), untilMs: momentOf('--until', until) };
}

/** As records write it: other programs show the ids of traces in upper case as well. */
function traceOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9a-f]{32}$/i.test(text) || /^0+$/.test(text))
    throw new CommandError(`--trace "${text}": write the id of a trace, which is 32 hex digits and not all zeros`);
  return text.toLowerCase();
}

/** Members that are looked for by a pattern. */
const GLOBS = ['principal', 'client', 'resource', 'tool'] as const;

function globOf(key: string, glob: string | undefined): void {
  try {
    if (glob !== undefined) compileGlob(glob, 'anything');
  } catch (error) {
    if (error instanceof GlobError) throw new CommandError(`--${key} "${glob}": ${error.message}`);
    throw error;
  }
}

function choiceOf(flag: string, text: string | undefined, choices: readonly string[]): void {
  if (text !== undefined && !choices.includes(text)) {
    throw new CommandError(`${flag} "${text}": choose ${choices.join(', ')}`);
  }
}
