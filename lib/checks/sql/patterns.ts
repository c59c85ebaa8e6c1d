import type { Allowed, Pattern } from '../../model/lists.ts';
import type { Place } from '../../model/rules.ts';
import { compilePatterns, isDelimited } from '../../parse/pattern.ts';
import type { SqlName, SqlStatement } from '../../parse/sql/facts.ts';
import { compileGlob } from '../../policy/glob.ts';
import { inPlace } from '../../policy/rule-fault.ts';
import { plain } from './dangerous-functions.ts';

/** An entry of a list over texts, ready to be asked. */
export interface Entry extends Place {
  readonly glob: string;
  readonly matches: (text: string) => boolean;
}

/** Globs in small letters, or regular expressions between slashes. Rejects with a `RuleFault` that names the entry. */
export async function compileEntries(
  patterns: readonly Pattern[],
  normal: (glob: string) => string,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const { glob, rule, source } of patterns) {
    const place = { rule, source };
    const matches = isDelimited(glob)
      ? await inPlace(place, 'SP1011', async () => (await compilePatterns([glob]))[0]!)
      : inPlace(place, 'SP1010', () => compileGlob(normal(glob), 'anything'));
    entries.push({ glob, ...place, matches });
  }
  return entries;
}

export async function compileAllowed(
  allowed: Allowed | undefined,
  normal: (glob: string) => string,
): Promise<readonly Entry[] | undefined> {
  return allowed && (await compileEntries(allowed.patterns, normal));
}

/** `Delete  FROM users` and `DELETE users` are one pattern. */
export function normalKind(glob: string): string {
  const words = glob.trim().replace(/\s+/g, ' ').toLowerCase();
  return words.replace(/^(delete) from |^(insert|merge) into |^(truncate|lock) table /, '$1$2$3 ');
}

/** Kinds of which a shorter word does not speak when it allows: they do more than it says. */
const MORE_THAN_SAID = /^(?:COPY (?:PROGRAM|FILE)|SELECT INTO|SELECT FOR UPDATE)$/;

/** What patterns of kinds are matched with: `DROP`, `DROP TABLE`, `DROP TABLE users`. */
export function namesOf(statement: SqlStatement, to: 'allow' | 'refuse'): string[] {
  const { kind, writes, reads } = statement;
  const words = kind.toLowerCase().split(' ');
  const shorter = words.map((_, index) => words.slice(0, index + 1).join(' '));
  const kinds = to === 'allow' && MORE_THAN_SAID.test(kind) ? [kind.toLowerCase()] : shorter;
  const tables = to === 'refuse' ? [...writes, ...reads] : writes.length === 1 ? writes : [];
  const ends = new Set(tables.flatMap((name) => [plain(name), name.join('.').toLowerCase()]));
  return [...kinds, ...[...ends].flatMap((end) => kinds.flatMap((each) => withTable(each, end)))];
}

/** The second form is the one regular expressions are written for. */
function withTable(kind: string, table: string): string[] {
  const between = kind === 'delete' ? 'from ' : kind === 'insert' || kind === 'merge' ? 'into ' : '';
  return between === '' ? [`${kind} ${table}`] : [`${kind} ${table}`, `${kind} ${between}${table}`];
}

/** Whether a pattern of tables that refuses is about the table. What it leaves open is taken to be meant. */
export function refuses({ glob, matches }: Entry, name: SqlName): boolean {
  if (isDelimited(glob)) return matches(name.join('.'));
  const parts = name.map((part) => plain([part]));
  const wanted = glob.split('.').length;
  const ends = parts.slice(-wanted);
  if (matches(ends.join('.')) || matches(parts.join('.'))) return true;
  if (parts.length >= wanted) return false;
  // The path on which a server looks for tables may lead from a short name to the one that is meant.
  const tail = glob.toLowerCase().split('.').slice(-parts.length).join('.');
  return compileGlob(tail, 'anything')(parts.join('.'));
}

const USUAL_SCHEMA = new Set(['public', 'dbo', 'main']);

/** Whether a pattern of tables that allows is about the table: a name without a schema means the usual one. */
export function permits({ glob, matches }: Entry, name: SqlName): boolean {
  if (isDelimited(glob)) return matches(name.join('.'));
  if (matches(name.join('.'))) return true;
  const wanted = glob.split('.').length;
  if (wanted === name.length + 1 && name.length === 1)
    return USUAL_SCHEMA.has(glob.split('.')[0]!) && matches(`${glob.split('.')[0]}.${name[0]}`);
  return name.length === wanted + 1 && USUAL_SCHEMA.has(name[0]!) && matches(name.slice(1).join('.'));
}
