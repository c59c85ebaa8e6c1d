import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CHECKS } from '../../../lib/checks/index.ts';
import { sqlParser } from '../../../lib/parse/sql/load.ts';
import { compilePolicy, type Policy } from '../../../lib/policy/policy.ts';
import { POSTGRES_ATTACKS, POSTGRES_HARMLESS } from '../../support/attacks/sql-attacks.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { decideText } from '../../support/policy/policy-case.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../support/policy/postgres-server.ts';

const bin = postgresPrograms();
const skip = bin === undefined ? 'PostgreSQL is not installed (apt-get install postgresql)' : false;

const SETUP = `
CREATE TABLE users (id int, password text); CREATE TABLE customers (id int, name text);
CREATE TABLE orders (id int, customer int, total int); CREATE TABLE "Odd Name" (id int);
INSERT INTO users VALUES (1, 'secret'); INSERT INTO customers VALUES (1, 'ana'); INSERT INTO orders VALUES (1, 1, 5);
`;
const CONFIG = `
version: 1
backends: [{ name: pg, command: pg-server, preset: postgres }]
policies:
  default: allow
  tools: { "pg/*": { sql: { read_only: true, deny_tables: [users] } } }
`;
/** Tables of ours the transaction holds locks on are those the server opened. */
const LOCKED = `SELECT '>' || coalesce(string_agg(DISTINCT c.relname, ',' ORDER BY c.relname), '') FROM pg_locks l
JOIN pg_class c ON c.oid = l.relation WHERE l.pid = pg_backend_pid() AND c.relnamespace = 'public'::regnamespace AND c.relkind = 'r';`;
const WROTE = "SELECT '!' || coalesce(pg_current_xact_id_if_assigned()::text, 'no');";

let server: PostgresServer;
let policy: Policy;

before(async () => {
  if (bin === undefined) return;
  server = startPostgres(bin, SETUP);
  policy = await compilePolicy(configOf({ config: CONFIG }).config, CHECKS, stateInMemory());
});

after(() => server?.stop());

interface Seen {
  readonly tables: readonly string[];
  readonly wrote: boolean;
  readonly failed: boolean;
}

/** What the server really opened, and whether it really wrote: each text in a transaction that is taken back. */
function really(texts: readonly string[]): readonly Seen[] {
  const script = texts.map((text) => `BEGIN;\n${text}\n;\n${LOCKED}\n${WROTE}\nROLLBACK;\n\\echo =====\n`);
  const { output } = server.run(`SET statement_timeout = '2s';\n${script.join('')}`);
  const outputs = output.split('=====\n');
  assert.equal(outputs.length, texts.length + 1);
  return texts.map((_, index) => {
    const tables = /^>(.*)$/m.exec(outputs[index]!)?.[1];
    const wrote = /^!\d/m.test(outputs[index]!);
    return { tables: (tables ?? '').split(',').filter(Boolean), wrote, failed: tables === undefined };
  });
}

test('the tables PostgreSQL opens are those that were read in the text', { skip }, async () => {
  const parser = await sqlParser('postgres');
  const all = really(POSTGRES_HARMLESS.map(([text]) => text));
  for (const [index, [text, ...tables]] of POSTGRES_HARMLESS.entries()) {
    const facts = await parser.read(text);
    const read = facts.statements.flatMap(({ reads, writes }) => [...reads, ...writes]).map((name) => name.at(-1)!);
    const seen = all[index]!;
    assert.equal(seen.failed, false, text);
    assert.deepEqual([...new Set(read)].sort(), seen.tables, text);
    assert.deepEqual([...tables].sort(), seen.tables, text);
    assert.equal(seen.wrote, false, text);
  }
});

test('no text the policy lets through opens the denied table or writes', { skip }, async () => {
  const passed: string[] = [];
  for (const sql of [...POSTGRES_ATTACKS, ...POSTGRES_HARMLESS.map(([text]) => text), ...generated()]) {
    const { decision } = await decideText(policy, { tool: 'pg/query', args: { sql } });
    if (decision.effect !== 'deny') passed.push(sql);
  }
  assert.ok(passed.length > 50, `only ${passed.length} texts passed`);
  for (const [index, seen] of really(passed).entries()) {
    assert.ok(!seen.tables.includes('users') && !seen.wrote, passed[index]);
  }
});

test('the server does open the denied table where the policy says it would', { skip }, () => {
  const queries = POSTGRES_ATTACKS.filter(
    (text) => /^(?:\(|SELECT|WITH|TABLE|VALUES)/.test(text) && !/[;\0\\]|pg_\w+\(/.test(text),
  );
  const opened = really(queries).filter(({ tables }) => tables.includes('users'));
  assert.ok(opened.length >= 40, `only ${opened.length} attacks are real`);
});

/** Queries put together from parts that hide or shadow the denied table. */
function generated(): string[] {
  const names = ['users', '"users"', 'customers', 'public.users', '"Users"', 'x', 'u&"\\0075sers"'];
  const wraps = [
    (name: string) => `SELECT 1 FROM ${name}`,
    (name: string) => `WITH users AS (SELECT 1) SELECT 1 FROM ${name}`,
    (name: string) => `WITH x AS (SELECT 1), users AS (SELECT 1 FROM ${name}) SELECT 1 FROM x`,
    (name: string) => `WITH RECURSIVE users AS (SELECT 1 FROM ${name}) SELECT 1 FROM customers`,
    (name: string) => `SELECT 1 FROM customers WHERE EXISTS (WITH users AS (SELECT 1) SELECT 1 FROM ${name})`,
    (name: string) => `SELECT 1 FROM (WITH x AS (SELECT 1) SELECT 1) a, ${name}`,
    (name: string) => `SELECT ${name}.* FROM customers users, customers x`,
    (name: string) => `SELECT 'FROM ${name.replaceAll("'", '')}' FROM customers`,
    (name: string) => `SELECT 1 FROM customers /* ${name} */ -- ${name}`,
    (name: string) => `(WITH x AS (SELECT 1) SELECT 1 FROM x) UNION SELECT 1 FROM ${name}`,
    (name: string) => `WITH a AS (WITH users AS (SELECT 1) SELECT 1 FROM ${name}) SELECT 1 FROM a, ${name}`,
  ];
  return names.flatMap((name) => wraps.map((wrap) => wrap(name)));
}
