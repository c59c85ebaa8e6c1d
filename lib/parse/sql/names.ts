import type { SqlDialect } from '../../model/rules.ts';
import type { SqlName } from './facts.ts';
import { isTree, treeAt } from './syntax-tree.ts';

/** Dialects in which the names of tables differ by case. */
const EXACT: ReadonlySet<SqlDialect> = new Set(['mysql', 'bigquery']);

/** Names as they are compared; spaces at their end mean nothing to SQL Server. */
export function foldName(name: readonly string[], dialect: SqlDialect): SqlName {
  const parts = name.filter((part) => part !== '');
  if (EXACT.has(dialect)) return parts;
  return parts.map((part) => part.trimEnd().toLowerCase());
}

/** An object name of sqlparser; undefined when the value is none, or a part of it is an expression. */
export function nameIn(value: unknown, dialect: SqlDialect): SqlName | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const parts = value.map((part) => (isTree(part) ? treeAt(part, 'Identifier')?.value : undefined));
  return parts.every((part) => typeof part === 'string') ? foldName(parts, dialect) : undefined;
}
