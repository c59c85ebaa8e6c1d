import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlDialect } from '../../../lib/model/rules.ts';
import { SqlFault, type SqlStatement } from '../../../lib/parse/sql/facts.ts';
import { sqlParser } from '../../../lib/parse/sql/load.ts';

const CASES: readonly (readonly [dialect: SqlDialect, text: string, want: Partial<SqlStatement>])[] = [
  ['postgres', 'CREATE POLICY p ON t USING (true)', { kind: 'CREATE POLICY', writes: [['t']] }],
  ['postgres', 'CREATE FOREIGN TABLE f (a int) SERVER s', { reads: [], writes: [['f']], destructive: true }],
  ['postgres', 'GRANT admin TO bob', { kind: 'GRANT', destructive: true, opaque: 'it hands out a role' }],
  ['postgres', 'REVOKE admin FROM bob', { kind: 'REVOKE', destructive: true }],
  ['postgres', 'GRANT USAGE ON SCHEMA s TO bob', { kind: 'GRANT', opaque: 'it is about more' }],
  ['postgres', 'GRANT SELECT ON t TO bob', { kind: 'GRANT', writes: [['t']], opaque: undefined }],
  ['postgres', 'CREATE PROCEDURE p() LANGUAGE sql AS $$SELECT 1$$', { kind: 'CREATE PROCEDURE', destructive: true }],
  ['postgres', 'CREATE DATABASE d', { kind: 'CREATE DATABASE', destructive: true, readsOnly: false }],
  ['mysql', 'ALTER TABLE t DROP COLUMN a', { kind: 'ALTER TABLE', writes: [['t']], destructive: true }],
  ['sqlite', 'PRAGMA table_info("x y")', { kind: 'PRAGMA', reads: [['x y']], readsOnly: true }],
  ['mysql', 'UNLOCK TABLES', { kind: 'UNLOCK TABLES', readsOnly: false }],
  ['mysql', 'EXPLAIN ANALYZE SELECT * FROM t', { kind: 'EXPLAIN ANALYZE' }],
  ['mysql', 'CALL p(1)', { kind: 'CALL', opaque: 'it runs code that cannot be seen', readsOnly: false }],
  ['mysql', 'DELETE a FROM a JOIN b ON a.x = b.x WHERE b.y = 1', { kind: 'DELETE', filtered: true }],
  ['duckdb', 'VALUES (1), (2)', { kind: 'VALUES', readsOnly: true }],
  ['duckdb', "COPY t TO 'file.csv'", { kind: 'COPY FILE', destructive: true }],
  ['duckdb', 'DROP SCHEMA s CASCADE', { kind: 'DROP SCHEMA', opaque: 'CASCADE reaches other objects' }],
  ['sqlite', 'DROP INDEX i', { kind: 'DROP INDEX', opaque: 'it may take tables with it' }],
  ['sqlite', 'DROP VIEW v', { kind: 'DROP VIEW', writes: [['v']], opaque: undefined }],
  ['sqlite', 'PRAGMA foreign_keys = 1', { kind: 'PRAGMA', readsOnly: false, destructive: true }],
  ['mssql', 'IF 1 = 1 DELETE FROM t', { kind: 'IF', opaque: 'statements of this kind are not looked into' }],
];

test('a statement is told by its kind, and by what it does', async () => {
  for (const [dialect, text, want] of CASES) {
    const [first] = (await (await sqlParser(dialect)).read(text)).statements;
    const seen = Object.fromEntries(Object.keys(want).map((key) => [key, first?.[key as keyof SqlStatement]]));
    assert.deepEqual(seen, want, text);
  }
});

test('a statement that stands in a WITH or in another statement is found', async () => {
  const kinds = async (dialect: SqlDialect, text: string) =>
    (await (await sqlParser(dialect)).read(text)).statements.map(({ kind }) => kind);
  assert.ok((await kinds('sqlite', 'WITH c AS (SELECT 1) INSERT INTO t SELECT * FROM c')).includes('INSERT'));
  assert.ok((await kinds('mssql', 'IF 1 = 1 DELETE FROM t')).includes('DELETE'));
});

test('only a plain number or none at all is a limit of PostgreSQL that can be lowered', async () => {
  const LIMITS: readonly (readonly [limit: string, rows: number | undefined, at: boolean])[] = [
    ['-1', undefined, false],
    ["'5'", undefined, false],
    ['1.5', undefined, false],
    ['$1', undefined, false],
    ['0', 0, true],
    ['7', 7, true],
    ['ALL', undefined, true],
    ['NULL', undefined, true],
  ];
  const parser = await sqlParser('postgres');
  for (const [limit, rows, at] of LIMITS) {
    const found = (await parser.read(`SELECT a FROM t LIMIT ${limit}`)).limit;
    assert.deepEqual([found?.rows, found?.at !== undefined], [rows, at], limit);
  }
});

test('texts that are not one query each are never the same but for their limit', async () => {
  for (const dialect of ['postgres', 'mysql'] as const) {
    const parser = await sqlParser(dialect);
    const same = async (one: string, other: string) => parser.sameButLimit(one, other);
    assert.equal(await same('SELECT a FROM t', 'SELECT a FROM t LIMIT 3'), true);
    assert.equal(await same('SELECT a FROM t', 'SELECT a FROM u LIMIT 3'), false);
    await assert.rejects(same('INSERT INTO a VALUES (1)', 'INSERT INTO a VALUES (2)'), SqlFault);
    await assert.rejects(same('SELECT 1; SELECT 2', 'SELECT 1; SELECT 3'), SqlFault);
  }
});

test('a text is refused where the parser and the server would disagree on a quote or a comment', async () => {
  const REFUSED: readonly (readonly [SqlDialect, string])[] = [
    // MySQL reads two minus signs here, since this space is none to it, and runs the rest of the line.
    ['mysql', 'SELECT 1 --\u00a0, (SELECT secret FROM t)'],
    ['bigquery', "SELECT 'a''b'"],
  ];
  for (const [dialect, text] of REFUSED) {
    await assert.rejects(async () => (await sqlParser(dialect)).read(text), SqlFault, text);
  }
  assert.equal((await (await sqlParser('mysql')).read('SELECT 1 -- a comment')).count, 1);
});
