import type { SqlDialect } from '../../model/rules.ts';
import { SqlFault } from './facts.ts';
import { type Tree, treeAt } from './syntax-tree.ts';

/**
 * Words that begin a statement of SQL Server. It needs no semicolon between statements, so what reads like a name for a
 * table or column may be a statement: `SELECT 1 FROM t SHUTDOWN`.
 */
const BEGINS =
  'add alter backup begin break browse bulk checkpoint close commit compute continue create dbcc deallocate declare delete deny disk distributed drop dump end else exec execute exit fetch go goto grant if insert kill lineno load merge open print proc procedure raiserror read readtext reconfigure restore restrict return revert revoke rollback save select set setuser shutdown sp_executesql statistics throw trigger truncate tran transaction update updatetext use waitfor while with writetext';
const WORDS: ReadonlySet<string> = new Set(BEGINS.split(' '));

/** Refuses an alias of SQL Server that may begin a statement. */
export function checkAlias(alias: Tree, dialect: SqlDialect): void {
  if (dialect !== 'mssql') return;
  const name = treeAt(alias, 'name') ?? alias;
  if ((name.quote_style ?? null) === null && WORDS.has(String(name.value).toLowerCase())) {
    throw new SqlFault('a name may begin another statement');
  }
}
