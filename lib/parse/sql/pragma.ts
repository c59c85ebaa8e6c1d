import type { SqlDialect } from '../../model/rules.ts';
import { type Draft, draft } from './draft.ts';
import { foldName } from './names.ts';

/** Settings that can be asked about a table and change nothing. */
const READING =
  /^(?:table_info|table_xinfo|table_list|index_list|index_info|index_xinfo|foreign_key_list|database_list|collation_list|function_list|compile_options|version|show_tables|database_size)$/;
/** Settings that change nothing when they are asked without a value. */
const ASKED =
  /^(?:user_version|schema_version|application_id|encoding|page_count|page_size|freelist_count|foreign_keys|journal_mode|data_version)$/;
const WRITTEN = /^\s*pragma\s+(?:\w+\s*\.\s*)?(\w+)\s*(?:\(\s*(\w+)\s*\)|(=)\s*[\w.+-]+)?\s*;?\s*$/i;

/** What `PRAGMA name(value)` or `PRAGMA name = value` does. */
export function pragmaDraft(name: string, value: string | undefined, isSet: boolean, dialect: SqlDialect): Draft {
  const asks = READING.test(name.toLowerCase()) && !isSet;
  const readsOnly = asks || (ASKED.test(name.toLowerCase()) && value === undefined && !isSet);
  const opaque = readsOnly ? undefined : 'it changes how the database works';
  const found = draft('PRAGMA', { readsOnly, destructive: !readsOnly, opaque });
  if (asks && value !== undefined) found.reads.push(foldName([value], dialect));
  return found;
}

/** A pragma whose value is a bare word, which sqlparser does not take; undefined for every other text. */
export function barePragma(text: string, dialect: SqlDialect): Draft | undefined {
  if (dialect !== 'sqlite' && dialect !== 'duckdb') return undefined;
  const [, name, value, isSet] = WRITTEN.exec(text) ?? [];
  return name === undefined ? undefined : pragmaDraft(name, value, isSet !== undefined, dialect);
}
