import type { SqlDialect } from '../../model/rules.ts';
import type { SqlParser } from './facts.ts';

const LOADED = new Map<SqlDialect, Promise<SqlParser>>();
const READY = new Map<SqlDialect, SqlParser>();

/** The parser of a dialect: at once when it has been loaded before. */
export function sqlParser(dialect: SqlDialect): SqlParser | Promise<SqlParser> {
  const ready = READY.get(dialect);
  if (ready !== undefined) return ready;
  let loading = LOADED.get(dialect);
  if (loading === undefined) {
    loading = load(dialect);
    LOADED.set(dialect, loading);
    loading.then(
      (parser) => READY.set(dialect, parser),
      () => LOADED.delete(dialect),
    );
  }
  return loading;
}

async function load(dialect: SqlDialect): Promise<SqlParser> {
  if (dialect === 'postgres') return (await import('./postgres.ts')).loadPostgres();
  return (await import('./generic.ts')).loadGeneric(dialect);
}
