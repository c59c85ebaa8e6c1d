import type { SqlDialect } from '../../model/rules.ts';
import type { SqlLimit } from './facts.ts';
import { isTree, listAt, treeAt } from './syntax-tree.ts';

/** Dialects that take `LIMIT n` at the end. */
const TAKES_LIMIT: ReadonlySet<SqlDialect> = new Set(['mysql', 'sqlite', 'bigquery', 'snowflake', 'duckdb']);

/** The limit of a single query; `end` is where its text ends. */
export function genericLimit(statement: unknown, text: string, end: number, dialect: SqlDialect): SqlLimit | undefined {
  const query = isTree(statement) ? treeAt(statement, 'Query') : undefined;
  const body = query && treeAt(query, 'body');
  if (query === undefined || body === undefined) return undefined;
  if (!('Select' in body || 'SetOperation' in body || 'Query' in body || 'Values' in body)) return undefined;
  const clause = isTree(query.limit_clause) ? query.limit_clause : undefined;
  if (clause === undefined) {
    const closed = ['fetch', 'for_clause', 'settings', 'format_clause'].some((key) => (query[key] ?? null) !== null);
    const piped = listAt(query, 'locks').length > 0 || listAt(query, 'pipe_operators').length > 0;
    const addable = TAKES_LIMIT.has(dialect) && !closed && !piped && (treeAt(body, 'Select', 'top') ?? null) === null;
    return { rows: undefined, at: addable ? { start: end, end } : undefined };
  }
  const limit = treeAt(clause, 'LimitOffset', 'limit') ?? treeAt(clause, 'OffsetCommaLimit', 'limit');
  const value = limit && treeAt(limit, 'Value');
  const number = value && listAt(treeAt(value, 'value') ?? {}, 'Number')[0];
  if (typeof number !== 'string' || !/^\d{1,15}$/.test(number)) return { rows: undefined, at: undefined };
  const start = offsetOf(text, treeAt(value!, 'span', 'start'));
  const found = start !== undefined && text.startsWith(number, start);
  return { rows: Number(number), at: found ? { start, end: start + number.length } : undefined };
}

/** Lines and columns count from one, columns in code points. */
function offsetOf(text: string, place: Readonly<Record<string, unknown>> | undefined): number | undefined {
  if (place === undefined || typeof place.line !== 'number' || typeof place.column !== 'number') return undefined;
  let line = 1;
  let column = 1;
  let offset = 0;
  for (const character of text) {
    if (line === place.line && column === place.column) return offset;
    offset += character.length;
    if (character === '\n') {
      line++;
      column = 1;
    } else column++;
  }
  return undefined;
}
