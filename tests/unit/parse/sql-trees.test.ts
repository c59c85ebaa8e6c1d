import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqlFault, type SqlStatement } from '../../../lib/parse/sql/facts.ts';
import { genericFacts, withoutLimit } from '../../../lib/parse/sql/generic-facts.ts';
import { genericLimit } from '../../../lib/parse/sql/generic-limit.ts';
import { postgresStatements } from '../../../lib/parse/sql/postgres-facts.ts';

/*
 * Trees the parsers have not been seen to make. A later version of them may, and then nothing may look harmless that
 * is not known.
 */

function firstOf(tree: unknown): SqlStatement {
  return genericFacts([tree], 'x', 'mysql').statements[0]!;
}

test('a tree of PostgreSQL with parts missing names no table, and nothing is thrown', () => {
  const NO_TABLES: readonly unknown[] = [
    {},
    { stmt: { SelectStmt: 'text' } },
    { stmt: { SelectStmt: { withClause: { ctes: ['text'] } } } },
    { stmt: { DropStmt: { removeType: 'OBJECT_TABLE', objects: ['text', { List: {} }, {}] } } },
    { stmt: { InsertStmt: { relation: 'text' } } },
    { stmt: { SelectStmt: { targetList: [{ FuncCall: { funcname: ['text', { String: {} }] } }] } } },
    { stmt: { ExplainStmt: { options: ['text', {}] } } },
  ];
  for (const tree of NO_TABLES) {
    const found = postgresStatements([tree]);
    assert.deepEqual(
      found.flatMap(({ reads, writes }) => [...reads, ...writes]),
      [],
      JSON.stringify(tree),
    );
  }
});

test('a node of a dialect that is not known is no statement that only reads', () => {
  for (const tree of ['Vacuum', 7, null, {}, { Query: 'text' }, { Merge: null }, { NewThing: { body: 1 } }]) {
    assert.equal(firstOf(tree).readsOnly, false, JSON.stringify(tree));
  }
});

test('a query with parts of another form is still a query, and its limit is not touched', () => {
  for (const query of [{}, { body: {} }, { body: { Select: null } }, { body: { SetOperation: {} } }]) {
    const { kind } = firstOf({ Query: query });
    assert.equal(kind, 'SELECT');
  }
  assert.equal(genericLimit({ Query: {} }, 'x', 1, 'mysql'), undefined);
  assert.equal(genericLimit('text', 'x', 1, 'mysql'), undefined);
  const limited = (value: unknown) => ({
    Query: { body: { Select: {} }, limit_clause: { LimitOffset: { limit: value } } },
  });
  const unknown = { rows: undefined, at: undefined };
  for (const value of [undefined, {}, { Value: {} }, { Value: { value: { Number: ['9e9'] } } }]) {
    assert.deepEqual(genericLimit(limited(value), 'LIMIT 9', 7, 'mysql'), unknown, JSON.stringify(value));
  }
  const number = (span: unknown) => limited({ Value: { value: { Number: ['9', false] }, span } });
  const spans = [undefined, {}, { start: {} }, { start: { line: 1, column: 'x' } }, { start: { line: 9, column: 1 } }];
  for (const span of spans) {
    assert.deepEqual(
      genericLimit(number(span), 'LIMIT 9', 7, 'mysql'),
      { rows: 9, at: undefined },
      JSON.stringify(span),
    );
  }
  assert.deepEqual(genericLimit(number({ start: { line: 1, column: 7 } }), 'LIMIT 9', 7, 'mysql'), {
    rows: 9,
    at: { start: 6, end: 7 },
  });
});

test('files, tables and procedures are found in whatever part of a statement they stand', () => {
  const name = (value: string) => [{ Identifier: { value } }];
  assert.equal(firstOf({ Copy: { target: { Program: {} } } }).kind, 'COPY PROGRAM');
  assert.equal(firstOf({ Copy: { target: { File: {} } } }).kind, 'COPY FILE');
  assert.deepEqual(firstOf({ CreateTable: { columns: [{ foreign_table: name('t') }] } }).reads, [['t']]);
  const within = (node: object) => firstOf({ Query: { body: { Select: node } } });
  assert.deepEqual(within({ x: { Call: { name: name('p') } } }).functions, [['p']]);
  assert.deepEqual(within({ statement: { a: { Table: { name: name('t') } }, b: 1 } }).reads, [['t']]);
});

test('a name made by an expression leaves the statement opaque', () => {
  const named = (node: object) => firstOf({ Query: { body: { Select: node } } }).opaque;
  assert.equal(named({ from: [{ Table: { name: [{ Function: {} }] } }] }), 'a table is named by an expression');
  assert.equal(named({ expr: { Function: { name: [] } } }), 'a function is named by an expression');
});

test('what SELECT INTO fills without a plain name counts as a table nobody named', () => {
  const found = firstOf({ Query: { body: { Select: { into: { name: [{}] } } } } });
  assert.deepEqual([found.kind, found.writes, found.readsOnly], ['SELECT INTO', [[]], false]);
});

test('a CTE that begins with its source is refused', () => {
  const query = { with: { cte_tables: [{ alias: { name: { value: 'a' } }, from: { value: 'b' } }] }, body: {} };
  assert.throws(() => firstOf({ Query: query }), SqlFault);
});

test('a pragma with a value or a name of another form is none that only reads', () => {
  for (const pragma of [{}, { name: [{ Identifier: { value: 'x' } }], value: { value: { Number: ['1'] } } }]) {
    assert.equal(firstOf({ Pragma: pragma }).readsOnly, false);
  }
});

test('what has no tree, one that is too deep or no statement is refused', () => {
  const deep = Array.from({ length: 5000 }).reduce((inner: unknown) => [inner], 1);
  for (const tree of ['text', deep, []]) assert.throws(() => genericFacts(tree, 'x', 'mysql'), SqlFault);
  for (const tree of ['text', [], ['text'], [{ Insert: {} }], [{ Query: {} }, { Query: {} }]]) {
    assert.throws(() => withoutLimit(tree), SqlFault);
  }
});
