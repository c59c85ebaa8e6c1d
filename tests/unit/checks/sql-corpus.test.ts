import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHECKS } from '../../../lib/checks/index.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { ROOT } from '../../support/paths.ts';
import { decideText } from '../../support/policy/policy-case.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const FOLDERS = [
  process.env['SALLYPORT_CORPUS'] ?? '',
  join(ROOT, '..', 'shared', 'corpus'),
  join(ROOT, '..', '..', 'shared', 'corpus'),
];
const FILE = FOLDERS.map((folder) => join(folder, 'argpolicy.jsonl')).find((file) => existsSync(file));
const DIALECTS: Readonly<Record<string, string>> = {
  'sql:postgresql': 'postgres',
  'sql:mysql': 'mysql',
  'sql:sqlite': 'sqlite',
  'sql:transactsql': 'mssql',
};
const rules = Object.values(DIALECTS).map(
  (name) => `    "${name}/*": { sql: { dialect: ${name}, read_only: true, allow_tables: [customers] } }`,
);
const CONFIG = `
version: 1
backends:
${Object.values(DIALECTS)
  .map((name) => `  - { name: ${name}, command: x-server }`)
  .join('\n')}
policies:
  default: allow
  tools:
${rules.join('\n')}
`;

test('the policy decides every case of the corpus about SQL as it says', {
  skip: FILE === undefined && 'no corpus here',
}, async () => {
  const policy = await compilePolicy(configOf({ config: CONFIG }).config, CHECKS, stateInMemory());
  const cases = readFileSync(FILE!, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; kind: string; input: string; expect: string })
    .filter(({ kind }) => kind.startsWith('sql:'));
  assert.equal(cases.length, 41);
  const wrong: string[] = [];
  for (const { id, kind, input, expect } of cases) {
    const { decision } = await decideText(policy, { tool: `${DIALECTS[kind]}/run`, args: { sql: input } });
    if (decision.effect !== expect) wrong.push(`${id} ${decision.effect}`);
  }
  assert.deepEqual(wrong, []);
});
