import type { SqlDialect } from '../../model/rules.ts';
import { type Draft, draft, Scope } from './draft.ts';
import { type SqlFacts, SqlFault, type SqlName } from './facts.ts';
import { genericKind } from './generic-kinds.ts';
import { genericLimit } from './generic-limit.ts';
import { lexGeneric } from './lex-generic.ts';
import { foldName, nameIn } from './names.ts';
import { pragmaDraft } from './pragma.ts';
import { checkAlias } from './reserved.ts';
import { isTooDeep, isTree, listAt, somewhere, type Tree, treeAt } from './syntax-tree.ts';

/** What the statements of a tree of sqlparser do. */
export function genericFacts(tree: unknown, text: string, dialect: SqlDialect): SqlFacts {
  if (!Array.isArray(tree) || isTooDeep(tree)) throw new SqlFault('it is nested too deep');
  if (tree.length === 0) throw new SqlFault('there is no statement');
  const walk = new Walk(dialect);
  for (const statement of tree) walk.statement(statement, new Scope());
  const { end } = lexGeneric(text, dialect);
  const limit = tree.length === 1 ? genericLimit(tree[0], text, end, dialect) : undefined;
  return { count: tree.length, statements: walk.found, limit, backslash: 'none' };
}

/** A text of one query without the limit of the outermost query; equal for texts that mean the same. */
export function withoutLimit(tree: unknown): string {
  const query = Array.isArray(tree) && tree.length === 1 && isTree(tree[0]) ? treeAt(tree[0], 'Query') : undefined;
  if (query === undefined) throw new SqlFault('it is not one query');
  const { limit_clause: _limit, ...rest } = query;
  return JSON.stringify(rest, (key, value) => (key === 'span' || key.endsWith('_token') ? undefined : value));
}

class Walk {
  readonly found: Draft[] = [];
  readonly #dialect: SqlDialect;

  constructor(dialect: SqlDialect) {
    this.#dialect = dialect;
  }

  /** A statement wrapped in its type, or a word for one without parts. */
  statement(node: unknown, scope: Scope): void {
    const [type, body] = isTree(node) ? (Object.entries(node)[0] ?? ['', undefined]) : [String(node), undefined];
    if (type === 'Query' && isTree(body)) this.#query(body, undefined, scope);
    else this.#other(type, body, scope);
  }

  #query(node: Tree, within: Draft | undefined, scope: Scope): void {
    let current = within;
    const body = treeAt(node, 'body') ?? {};
    if (current === undefined || !/^(?:SELECT|EXPLAIN|DESCRIBE)/.test(current.kind)) {
      if (current === undefined || !('Values' in body)) {
        current = draft('Values' in body ? 'VALUES' : 'SELECT', { readsOnly: true });
        this.found.push(current);
      }
    }
    if (listAt(node, 'locks').length > 0) {
      current.kind = 'SELECT FOR UPDATE';
      current.readsOnly = false;
    }
    const { with: clause, body: _body, locks: _locks, ...rest } = node;
    const inner = this.#with(isTree(clause) ? clause : {}, current, scope);
    this.#body(body, current, inner);
    this.#visit(rest, current, inner);
  }

  #with(clause: Tree, current: Draft, scope: Scope): Scope {
    const tables = listAt(clause, 'cte_tables').filter(isTree);
    const names = tables.map((table) => String(treeAt(table, 'alias', 'name')?.value));
    let inner = clause.recursive === true ? scope.with(...names) : scope;
    for (const [index, { query, from }] of tables.entries()) {
      if (from !== null && from !== undefined) throw new SqlFault('a query with a name of another is not understood');
      if (isTree(query)) this.#query(query, current, inner);
      inner = inner.with(names[index]!);
    }
    return inner;
  }

  /** What stands between WITH and ORDER BY. */
  #body(body: Tree, current: Draft, scope: Scope): void {
    for (const [type, value] of Object.entries(body)) {
      if (!isTree(value)) continue;
      if (type === 'Query') this.#query(value, current, scope);
      else if (type === 'Insert' || type === 'Update' || type === 'Delete' || type === 'Merge')
        this.statement(value, scope);
      else if (type === 'Table') {
        const name = [value.schema_name, value.table_name].filter((part) => typeof part === 'string');
        this.#reads(foldName(name, this.#dialect), current, scope);
      } else if (type === 'SetOperation') {
        for (const side of [treeAt(value, 'left'), treeAt(value, 'right')]) this.#body(side ?? {}, current, scope);
      } else {
        const into = treeAt(value, 'into');
        if (into !== undefined) {
          current.kind = 'SELECT INTO';
          current.readsOnly = false;
          current.writes.push(nameIn(into.name, this.#dialect) ?? []);
        }
        const { into: _into, ...rest } = value;
        this.#visit(rest, current, scope);
      }
    }
  }

  #other(type: string, body: unknown, scope: Scope): void {
    if (type === 'Pragma' && isTree(body)) {
      this.#pragma(body);
      return;
    }
    const { kind, writes = [], reads = [], calls = [], ...facts } = genericKind(type);
    const current = draft(kind, facts);
    this.found.push(current);
    const node = isTree(body) ? body : { body };
    this.#special(type, node, current);
    this.#named(node, writes, current.writes);
    this.#named(node, reads, current.reads);
    this.#named(node, calls, current.functions);
    this.#visit(node, current, scope);
  }

  #special(type: string, node: Tree, current: Draft): void {
    switch (type) {
      case 'Explain':
        if (node.analyze === true || node.options !== null) current.kind = 'EXPLAIN ANALYZE';
        break;
      case 'Update':
      case 'Delete':
        current.filtered = looksAtRows(node.selection);
        this.#targets(type === 'Update' ? node.table : node.from, current);
        break;
      case 'Merge':
        this.#targets(node.table, current);
        break;
      case 'Drop': {
        const dropped = String(node.object_type);
        current.kind = `DROP ${dropped.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase()}`;
        if (dropped !== 'Table' && dropped !== 'View') current.opaque = 'it may take tables with it';
        if (node.cascade === true) current.opaque = 'CASCADE reaches other objects';
        break;
      }
      case 'Copy':
        if (isTree(node.target) && ('File' in node.target || 'Program' in node.target)) {
          current.kind = 'File' in node.target ? 'COPY FILE' : 'COPY PROGRAM';
          current.destructive = true;
        }
        break;
      case 'Execute':
        current.destructive = node.immediate === true || nameIn(node.name, this.#dialect) === undefined;
        break;
    }
  }

  #pragma(node: Tree): void {
    const name = nameIn(node.name, this.#dialect)?.at(-1) ?? '';
    const value = treeAt(node, 'value', 'value');
    const text = value?.SingleQuotedString ?? value?.DoubleQuotedString;
    const written = typeof text === 'string' ? text : value === undefined ? undefined : '';
    this.found.push(pragmaDraft(name, written, node.is_eq === true, this.#dialect));
  }

  /** The tables a statement changes stand in the same form as those it reads. */
  #targets(node: unknown, current: Draft): void {
    somewhere(node, (key, value) => {
      if (key === 'Table' && isTree(value)) {
        const name = nameIn(value.name, this.#dialect);
        if (name !== undefined) current.writes.push(name);
      }
      return false;
    });
  }

  /** Names under these keys, in lists as well and however deep, but in no statement inside this one. */
  #named(node: unknown, keys: readonly string[], into: SqlName[]): void {
    if (keys.length === 0 || typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'query' || key === 'source' || key === 'columns') continue;
      if (keys.includes(key)) this.#names(value, into);
      this.#named(value, keys, into);
    }
    if (isTree(node) && keys.includes('foreign_table')) {
      somewhere(node.columns, (key, value) => {
        if (key === 'foreign_table') this.#names(value, into);
        return false;
      });
    }
  }

  #names(value: unknown, into: SqlName[]): void {
    const name = nameIn(value, this.#dialect);
    if (name !== undefined) into.push(name);
    else if (Array.isArray(value)) for (const each of value) this.#names(each, into);
    else if (isTree(value) && 'TableName' in value) this.#names(value.TableName, into);
  }

  #reads(name: SqlName, current: Draft, scope: Scope): void {
    if (name.length !== 1 || !scope.has(name[0]!)) current.reads.push(name);
  }

  #visit(node: unknown, current: Draft, scope: Scope): void {
    if (Array.isArray(node)) {
      for (const each of node) this.#visit(each, current, scope);
      return;
    }
    if (!isTree(node)) return;
    if (isTree(node.body) && 'limit_clause' in node) {
      this.#query(node, current, scope);
      return;
    }
    for (const [key, value] of Object.entries(node)) {
      if (key === 'statement' || key === 'statements') this.#statements(value, current, scope);
      else if (key === 'Table' && isTree(value) && 'name' in value) this.#table(value, current, scope);
      else {
        if (key === 'alias' && isTree(value)) checkAlias(value, this.#dialect);
        if (key === 'Function' && isTree(value)) this.#calls(value.name, current);
        if (key === 'Call' && isTree(value)) this.#calls(value.name, current);
        this.#visit(value, current, scope);
      }
    }
  }

  #statements(value: unknown, current: Draft, scope: Scope): void {
    if (Array.isArray(value)) for (const each of value) this.statement(each, scope);
    else if (isTree(value) && Object.keys(value).length === 1) this.statement(value, scope);
    else this.#visit(value, current, scope);
  }

  /** A table, or a function that stands in the place of one. */
  #table(table: Tree, current: Draft, scope: Scope): void {
    const name = nameIn(table.name, this.#dialect);
    if (name === undefined) current.opaque ??= 'a table is named by an expression';
    else if (table.args !== null && table.args !== undefined) current.functions.push(name);
    else this.#reads(name, current, scope);
    const { name: _name, ...rest } = table;
    this.#visit(rest, current, scope);
  }

  #calls(name: unknown, current: Draft): void {
    const called = nameIn(name, this.#dialect);
    if (called === undefined) current.opaque ??= 'a function is named by an expression';
    else current.functions.push(called);
  }
}

function looksAtRows(where: unknown): boolean {
  return somewhere(where, (key) =>
    ['Identifier', 'CompoundIdentifier', 'Subquery', 'Exists', 'InSubquery'].includes(key),
  );
}
