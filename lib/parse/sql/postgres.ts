import type { Later } from '../../model/later.ts';
import { MAX_SQL_BYTES, type SqlFacts, SqlFault, type SqlLimit, type SqlParser } from './facts.ts';
import { lexPostgres } from './lex-postgres.ts';
import { postgresStatements } from './postgres-facts.ts';
import { PostgresModule } from './postgres-module.ts';
import { isTooDeep, isTree, listAt, type Tree, treeAt } from './syntax-tree.ts';

/** PostgreSQL, read by its own grammar (version 18). */
export async function loadPostgres(): Promise<SqlParser> {
  const module = await PostgresModule.load();
  const whenSound = <T>(next: () => T): Later<T> => module.renewal?.then(next) ?? next();
  return {
    read: (text) => whenSound(() => read(module, text)),
    sameButLimit: (one, other) => whenSound(() => skeleton(tree(module, one)) === skeleton(tree(module, other))),
  };
}

function read(module: PostgresModule, text: string): SqlFacts {
  const { backslash } = lexPostgres(text);
  const statements = listAt(tree(module, text), 'stmts');
  if (statements.length === 0) throw new SqlFault('there is no statement');
  return {
    count: statements.length,
    statements: postgresStatements(statements),
    limit: statements.length === 1 ? limitOf(statements[0] as Tree, text) : undefined,
    backslash,
  };
}

function tree(module: PostgresModule, text: string): Tree {
  if (Buffer.byteLength(text) > MAX_SQL_BYTES) throw new SqlFault('it is too long');
  const parsed = module.parse(text);
  if (!isTree(parsed) || isTooDeep(parsed)) throw new SqlFault('it is nested too deep');
  return parsed;
}

/** Offsets of the tree count bytes. */
function limitOf(statement: Tree, text: string): SqlLimit | undefined {
  const select = treeAt(statement, 'stmt', 'SelectStmt');
  if (select === undefined || select.intoClause !== undefined) return undefined;
  const bytes = Buffer.from(text);
  if (select.limitCount === undefined) {
    const start = Number(statement.stmt_location ?? 0);
    const length = Number(statement.stmt_len ?? 0);
    const at = textOffset(bytes, length === 0 ? bytes.length : start + length);
    return { rows: undefined, at: { start: at, end: at } };
  }
  const constant = treeAt(select, 'limitCount', 'A_Const');
  if (constant?.location === undefined || select.limitOption !== 'LIMIT_OPTION_COUNT')
    return { rows: undefined, at: undefined };
  const start = textOffset(bytes, Number(constant.location));
  const token = /^(?:\d\w*|all\b|null\b)/iy.exec(text.slice(start, start + 40))?.[0];
  if (token === undefined) return { rows: undefined, at: undefined };
  const rows = constant.isnull === true ? undefined : treeAt(constant, 'ival');
  if (rows === undefined && constant.isnull !== true) return { rows: undefined, at: undefined };
  return { rows: rows && Number(rows.ival ?? 0), at: { start, end: start + token.length } };
}

function textOffset(bytes: Buffer, offset: number): number {
  return bytes.toString('utf8', 0, offset).length;
}

const PLACES = new Set(['location', 'stmt_location', 'stmt_len', 'rexpr_list_start', 'rexpr_list_end']);

function skeleton(parsed: Tree): string {
  const statements = listAt(parsed, 'stmts');
  const select = treeAt({ first: statements[0] }, 'first', 'stmt', 'SelectStmt');
  if (select === undefined || statements.length !== 1) throw new SqlFault('it is not one query');
  const { limitCount: _count, limitOption: _option, ...rest } = select;
  return JSON.stringify(rest, (key, value) => (PLACES.has(key) ? undefined : value));
}
