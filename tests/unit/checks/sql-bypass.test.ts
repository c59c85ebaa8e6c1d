import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CHECKS } from '../../../lib/checks/index.ts';
import { compilePolicy, type Policy } from '../../../lib/policy/policy.ts';
import { POSTGRES_ATTACKS, POSTGRES_HARMLESS } from '../../support/attacks/sql-attacks.ts';
import { ATTACKS_ELSEWHERE } from '../../support/attacks/sql-attacks-elsewhere.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { decideText } from '../../support/policy/policy-case.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const DIALECTS = ['postgres', 'mysql', 'sqlite', 'mssql', 'ansi'] as const;
const CONFIG = `
version: 1
profile: balanced
backends:
${DIALECTS.map((name) => `  - { name: ${name}, command: x-server }`).join('\n')}
policies:
  default: allow
  baseline: { destructive_sql: allow, sql_writes: allow, unfiltered_sql_writes: allow }
  tools:
${DIALECTS.map((name) => `    "${name}/*": { sql: { dialect: ${name}, read_only: true, deny_tables: [users] } }`).join('\n')}
`;

let policy: Policy;

before(async () => {
  policy = await compilePolicy(configOf({ config: CONFIG }).config, CHECKS, stateInMemory());
});

async function effectOf(dialect: string, sql: string): Promise<string> {
  const { decision } = await decideText(policy, { tool: `${dialect}/run`, args: { sql } });
  return `${decision.effect} ${decision.reason?.code?.slice(0, 5) ?? ''}`;
}

test('no spelling of PostgreSQL reaches the denied table or writes', async () => {
  assert.ok(POSTGRES_ATTACKS.length >= 80);
  const passed: string[] = [];
  for (const text of POSTGRES_ATTACKS) {
    if (!(await effectOf('postgres', text)).startsWith('deny SP311')) passed.push(text);
  }
  assert.deepEqual(passed, []);
});

test('harmless texts that look like attacks pass', async () => {
  const denied: string[] = [];
  for (const [text] of POSTGRES_HARMLESS) if ((await effectOf('postgres', text)) !== 'allow ') denied.push(text);
  assert.deepEqual(denied, []);
});

test('no spelling of another dialect reaches the denied table or writes', async () => {
  const passed: string[] = [];
  let count = 0;
  for (const [dialect, texts] of Object.entries(ATTACKS_ELSEWHERE)) {
    count += texts.length;
    for (const text of texts) {
      if (!(await effectOf(dialect, text)).startsWith('deny SP311')) passed.push(`${dialect}: ${text}`);
    }
  }
  assert.ok(count >= 80);
  assert.deepEqual(passed, []);
});

test('ordinary queries of other dialects pass', async () => {
  const ORDINARY: Readonly<Record<string, readonly string[]>> = {
    mysql: [
      'SELECT `name`, COUNT(*) FROM customers WHERE id IN (1, 2) GROUP BY `name` ORDER BY 2 DESC LIMIT 5',
      "SELECT CONCAT(name, 'users') FROM customers -- users\n",
      "SELECT DATE_FORMAT(created, '%Y-%m') AS m, SUM(total) FROM orders GROUP BY m",
      'SHOW TABLES',
      'SHOW COLUMNS FROM customers',
      'SELECT table_name FROM information_schema.tables',
    ],
    sqlite: [
      'SELECT * FROM customers',
      "SELECT name FROM sqlite_master WHERE type = 'table'",
      "SELECT strftime('%Y', created), count(*) FROM orders GROUP BY 1",
      'PRAGMA table_info(customers)',
      "SELECT json_extract(data, '$.a') FROM customers",
    ],
    mssql: [
      'SELECT TOP 5 name FROM dbo.customers ORDER BY name',
      'SELECT c.name FROM customers AS c WITH (NOLOCK) WHERE c.id = 1',
      'SELECT name FROM sys.tables',
      'WITH x AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM customers) SELECT * FROM x WHERE n < 3',
      "SELECT DATEADD(day, 1, GETDATE()), ISNULL(name, 'x') FROM customers",
    ],
    ansi: ['SELECT name FROM customers WHERE id = 1', 'SELECT count(*) FROM customers c JOIN orders o ON c.id = o.c'],
  };
  const denied: string[] = [];
  for (const [dialect, texts] of Object.entries(ORDINARY)) {
    for (const text of texts) if ((await effectOf(dialect, text)) !== 'allow ') denied.push(`${dialect}: ${text}`);
  }
  assert.deepEqual(denied, []);
});
