import { type Draft, draft, Scope } from './draft.ts';
import type { SqlName } from './facts.ts';
import { postgresKind } from './postgres-kinds.ts';
import { isTree, listAt, somewhere, type Tree, treeAt } from './syntax-tree.ts';

/** Drops of these name relations. */
const RELATIONS = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE']);

/** Types of nodes begin with a capital, their fields do not. */
const STATEMENT = /^[A-Z]\w*Stmt$/;

/** Everything the statements of a tree of libpg_query do, also those inside others. */
export function postgresStatements(statements: readonly unknown[]): Draft[] {
  const walk = new Walk();
  for (const each of statements) {
    if (isTree(each)) walk.statement(treeAt(each, 'stmt') ?? {}, undefined, new Scope());
  }
  return walk.found;
}

class Walk {
  readonly found: Draft[] = [];

  /** A node wrapped in its type: `{"SelectStmt": {…}}`. */
  statement(node: Tree, within: Draft | undefined, scope: Scope): void {
    for (const [type, body] of Object.entries(node)) {
      if (!isTree(body)) continue;
      if (type === 'SelectStmt') this.#select(body, within, scope);
      else this.#other(type, body, scope);
    }
  }

  #select(node: Tree, within: Draft | undefined, scope: Scope): void {
    const into = treeAt(node, 'intoClause');
    const locks = listAt(node, 'lockingClause').length > 0;
    const values = Array.isArray(node.valuesLists);
    let current = within;
    if (current === undefined || into !== undefined || (!values && !current.kind.startsWith('SELECT'))) {
      current = draft(values ? 'VALUES' : 'SELECT', { readsOnly: true });
      this.found.push(current);
    }
    if (locks && current.kind === 'SELECT') current.kind = 'SELECT FOR UPDATE';
    if (into !== undefined) current.kind = 'SELECT INTO';
    if (into !== undefined || locks) current.readsOnly = false;
    if (into !== undefined) this.#writes(into.rel, current);
    const inner = this.#with(treeAt(node, 'withClause'), current, scope);
    for (const side of [treeAt(node, 'larg'), treeAt(node, 'rarg')]) {
      if (side !== undefined) this.#select(side, current, inner);
    }
    const { withClause: _with, intoClause: _into, larg: _left, rarg: _right, lockingClause: _lock, ...rest } = node;
    this.#visit(rest, current, inner);
  }

  /** The queries of a WITH, each seeing the ones before it, or all of them when it is recursive. */
  #with(clause: Tree | undefined, current: Draft, scope: Scope): Scope {
    if (clause === undefined) return scope;
    const tables = listAt(clause, 'ctes').map((cte) => (isTree(cte) && treeAt(cte, 'CommonTableExpr')) || {});
    let inner = clause.recursive === true ? scope.with(...tables.map(({ ctename }) => String(ctename))) : scope;
    for (const { ctequery, ctename, ...rest } of tables) {
      if (isTree(ctequery)) this.statement(ctequery, current, inner);
      this.#visit(rest, current, inner);
      inner = inner.with(String(ctename));
    }
    return inner;
  }

  #other(type: string, node: Tree, scope: Scope): void {
    const { kind, ...facts } = postgresKind(type);
    const current = draft(kind, facts);
    this.found.push(current);
    const inner = this.#with(treeAt(node, 'withClause'), current, scope);
    const { withClause: _with, ...rest } = node;
    const body = this.#special(type, rest, current);
    this.#visit(body, current, inner);
  }

  /** What is peculiar to a statement; gives what remains to be looked at in the common way. */
  #special(type: string, node: Tree, current: Draft): Tree {
    switch (type) {
      case 'InsertStmt':
      case 'MergeStmt':
      case 'AlterTableStmt':
      case 'CreateStmt':
      case 'IndexStmt':
      case 'RenameStmt':
      case 'RefreshMatViewStmt':
      case 'ClusterStmt':
      case 'CreateSeqStmt':
      case 'CreateTrigStmt':
      case 'RuleStmt':
      case 'AlterObjectSchemaStmt':
        return this.#target(node, 'relation', current);
      case 'UpdateStmt':
      case 'DeleteStmt':
        current.filtered = looksAtRows(node.whereClause);
        return this.#target(node, 'relation', current);
      case 'ViewStmt':
        return this.#target(node, 'view', current);
      case 'CreatePolicyStmt':
        return this.#target(node, 'table', current);
      case 'CreateForeignTableStmt':
        return this.#target({ ...treeAt(node, 'base'), ...node, base: undefined }, 'relation', current);
      case 'CreateTableAsStmt':
        this.#writes(treeAt(node, 'into', 'rel'), current);
        if (node.objtype === 'OBJECT_MATVIEW') current.kind = 'CREATE MATERIALIZED VIEW';
        return { query: node.query };
      case 'TruncateStmt':
      case 'LockStmt':
        for (const relation of listAt(node, 'relations')) this.#writes(relation, current);
        if (node.behavior === 'DROP_CASCADE') current.opaque = 'CASCADE reaches other tables';
        return {};
      case 'VacuumStmt':
        if (node.rels === undefined) current.opaque = 'it works on every table';
        if (node.is_vacuumcmd !== true) current.kind = 'ANALYZE';
        for (const each of listAt(node, 'rels')) {
          if (isTree(each)) this.#writes(treeAt(each, 'VacuumRelation', 'relation'), current);
        }
        return {};
      case 'DropStmt':
        return this.#drop(node, current);
      case 'GrantStmt':
        current.kind = node.is_grant === true ? 'GRANT' : 'REVOKE';
        if (node.objtype !== 'OBJECT_TABLE' || node.targtype !== 'ACL_TARGET_OBJECT')
          current.opaque = 'it is about more';
        for (const object of listAt(node, 'objects')) this.#writes(object, current);
        return {};
      case 'GrantRoleStmt':
        current.kind = node.is_grant === true ? 'GRANT' : 'REVOKE';
        return {};
      case 'CopyStmt':
        return this.#copy(node, current);
      case 'ExplainStmt':
        if (listAt(node, 'options').some(turnsAnalyzeOn)) current.kind = 'EXPLAIN ANALYZE';
        return node;
      case 'VariableSetStmt':
        if (String(node.kind).startsWith('VAR_RESET')) current.kind = 'RESET';
        return node;
      case 'TransactionStmt':
        current.kind = String(node.kind).replace('TRANS_STMT_', '').replaceAll('_', ' ');
        return {};
      case 'CreateFunctionStmt':
        if (node.is_procedure === true) current.kind = 'CREATE PROCEDURE';
        return node;
      default:
        return node;
    }
  }

  #target(node: Tree, key: string, current: Draft): Tree {
    const { [key]: target, ...rest } = node;
    this.#writes(target, current);
    return rest;
  }

  #drop(node: Tree, current: Draft): Tree {
    const type = String(node.removeType);
    current.kind = `DROP ${type.replace('OBJECT_', '').replace('MATVIEW', 'MATERIALIZED VIEW').replaceAll('_', ' ')}`;
    if (!RELATIONS.has(type)) current.opaque = 'it may take tables with it';
    if (node.behavior === 'DROP_CASCADE') current.opaque = 'CASCADE reaches other objects';
    for (const object of listAt(node, 'objects')) {
      const name = isTree(object) ? textsOf(listAt(treeAt(object, 'List') ?? {}, 'items')) : [];
      if (name.length > 0) current.writes.push(name);
    }
    return {};
  }

  #copy(node: Tree, current: Draft): Tree {
    const { relation, is_from: into, is_program: program, filename, ...rest } = node;
    if (relation !== undefined) (into === true ? current.writes : current.reads).push(nameOf(relation as Tree));
    current.readsOnly = into !== true;
    if (program === true) current.kind = 'COPY PROGRAM';
    else if (filename !== undefined) current.kind = 'COPY FILE';
    if (filename !== undefined) {
      current.readsOnly = false;
      current.destructive = true;
    }
    return rest;
  }

  #writes(relation: unknown, current: Draft): void {
    const body = isTree(relation) ? (treeAt(relation, 'RangeVar') ?? relation) : {};
    if (typeof body.relname === 'string') current.writes.push(nameOf(body));
  }

  /** Tables, functions and statements wherever they stand. */
  #visit(node: unknown, current: Draft, scope: Scope): void {
    if (Array.isArray(node)) {
      for (const each of node) this.#visit(each, current, scope);
      return;
    }
    if (!isTree(node)) return;
    if (typeof node.relname === 'string') {
      const name = nameOf(node);
      if (name.length > 1 || !scope.has(name[0]!)) current.reads.push(name);
      return;
    }
    for (const [key, value] of Object.entries(node)) {
      if (STATEMENT.test(key) && isTree(value)) this.statement({ [key]: value }, current, scope);
      else {
        if (key === 'FuncCall' && isTree(value)) current.functions.push(textsOf(listAt(value, 'funcname')));
        if (key === 'A_Expr' && isTree(value) && listAt(value, 'name').length > 1) {
          current.functions.push(textsOf(listAt(value, 'name')));
        }
        this.#visit(value, current, scope);
      }
    }
  }
}

function nameOf({ catalogname, schemaname, relname }: Tree): SqlName {
  return [catalogname, schemaname, relname].filter((part) => typeof part === 'string');
}

function textsOf(items: readonly unknown[]): SqlName {
  return items.flatMap((item) => {
    const text = isTree(item) ? treeAt(item, 'String')?.sval : undefined;
    return typeof text === 'string' ? [text] : [];
  });
}

/** `WHERE true` and `WHERE 1 = 1` are no conditions. */
function looksAtRows(where: unknown): boolean {
  return somewhere(where, (key) => key === 'ColumnRef' || key === 'SubLink' || key === 'CurrentOfExpr');
}

function turnsAnalyzeOn(option: unknown): boolean {
  const { defname, arg } = (isTree(option) && treeAt(option, 'DefElem')) || {};
  return defname === 'analyze' && !/"(?:false|off|0)"|:(?:false|0)\b|\{\}/i.test(JSON.stringify(arg ?? null));
}
