import type { SqlDialect } from '../../model/rules.ts';
import { type SqlFacts, SqlFault, type SqlName, type SqlParser } from '../../parse/sql/facts.ts';
import { sqlParser } from '../../parse/sql/load.ts';
import type { Counted } from './folders.ts';

/** What texts of SQL do, and to which tables. */
export interface SqlEntries {
  readonly kinds: readonly Counted[];
  /** Undefined when the tables of a text are not known. */
  readonly tables: readonly Counted[] | undefined;
  readonly readsOnly: boolean;
}

/** Kinds of statements and tables that hold all these texts; undefined when one is not understood. */
export async function sqlEntries(
  texts: readonly string[],
  dialect: SqlDialect | undefined,
): Promise<SqlEntries | undefined> {
  if (dialect === undefined) return undefined;
  const parser = await sqlParser(dialect);
  const kinds = new Map<string, number>();
  const tables = new Map<string, number>();
  let readsOnly = true;
  let known = true;
  for (const text of texts) {
    const facts = await understood(parser, text);
    if (facts === undefined) return undefined;
    for (const { kind, reads, writes, readsOnly: reading, opaque } of facts.statements) {
      count(kinds, kind);
      for (const name of [...reads, ...writes]) count(tables, nameOf(name));
      readsOnly &&= reading;
      known &&= opaque === undefined;
    }
  }
  return { kinds: counted(kinds), tables: known && tables.size > 0 ? counted(tables) : undefined, readsOnly };
}

async function understood(parser: SqlParser, text: string): Promise<SqlFacts | undefined> {
  try {
    return await parser.read(text);
  } catch (error) {
    if (error instanceof SqlFault) return undefined;
    throw error;
  }
}

function nameOf(name: SqlName): string {
  return name.join('.');
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function counted(counts: ReadonlyMap<string, number>): Counted[] {
  return [...counts].map(([entry, times]) => ({ entry, count: times })).sort((a, b) => (a.entry < b.entry ? -1 : 1));
}
