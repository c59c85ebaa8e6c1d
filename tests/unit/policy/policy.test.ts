import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../../../lib/checks/commands.ts';
import { CHECKS } from '../../../lib/checks/index.ts';
import { sql } from '../../../lib/checks/sql.ts';
import type { Config } from '../../../lib/model/config.ts';
import { PASS } from '../../../lib/model/decision.ts';
import type { ToolRule } from '../../../lib/model/rules.ts';
import { sqlParser } from '../../../lib/parse/sql/load.ts';
import { decideCall } from '../../../lib/policy/decide.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { callWith, definitionOf } from '../../support/policy/calls.ts';
import { compiled, stateInMemory } from '../../support/policy/policy-state.ts';

const configWith = (text: string): Config =>
  configOf({ config: `version: 1\nbackends: [{ name: pg, command: x, preset: postgres }]\n${text}` }).config;

test('methods nobody knows are allowed only by name', () => {
  const policy = compiled(configWith('policies: { methods: { allow: [vendor/thing] } }'), CHECKS);
  assert.deepEqual([policy.allowsMethod('vendor/thing'), policy.allowsMethod('vendor/other')], [true, false]);
});

test('only judges that wait for it hear how a call ended, and only those that load something are warmed', () => {
  const heard: string[] = [];
  const judges = [
    { call: () => PASS, ended: () => heard.push('ended') },
    { call: () => PASS, warm: () => heard.push('warm') },
    { call: () => PASS },
  ];
  const policy = compiled(
    configWith(''),
    judges.map((judge) => definitionOf(judge as never)),
  );
  policy.ended(callWith(), { forwarded: true, ms: 1, requestBytes: 1, replyBytes: 1 });
  policy.warm();
  assert.deepEqual(heard, ['ended', 'warm']);
});

test('what was warmed judges as what was not', async () => {
  for (const text of [
    '',
    'policies: { default: allow, tools: { "pg/*": { sql: { read_only: true } } } }',
    'policies: { default: allow, tools: { "pg/*": { sql: { read_only: true, dialect: mysql } }, "*": { max_depth: 9 } } }',
  ]) {
    const policy = await compilePolicy(configWith(text), [commands, sql], stateInMemory());
    policy.warm();
    policy.warm();
    const params = Payload.of('{"name":"query","arguments":{"sql":"DROP TABLE a"}}');
    const call = callWith({ resource: { backend: 'pg', type: 'tool', id: 'query' }, params });
    assert.equal((await decideCall(policy, call)).effect, 'deny');
  }
});

test('a check for SQL has nothing to load where no dialect is known', () => {
  const config = configOf({ config: 'version: 1\nbackends: [{ name: web, command: x }]' }).config;
  compiled(config, [sql]).warm();
});

test('what cannot be warmed ends nothing, and denies the calls that need it', async () => {
  const parser = await sqlParser('postgres');
  const { read } = parser;
  parser.read = () => {
    throw new TypeError('a fault of the parser');
  };
  try {
    const policy = compiled(configWith('policies: { default: allow }'), [sql]);
    policy.warm();
    const params = Payload.of('{"name":"query","arguments":{"sql":"SELECT 1 AS broken"}}');
    const call = callWith({ resource: { backend: 'pg', type: 'tool', id: 'query' }, params });
    const { effect, reason } = await decideCall(policy, call);
    assert.deepEqual([effect, reason?.code, reason?.rule], ['deny', 'SP3003', 'check sql']);
  } finally {
    parser.read = read;
  }
  const config = configWith('policies: { default: allow }');
  const rules: ToolRule[] = [];
  const policy = compiled({ ...config, policies: { ...config.policies, rules } }, [commands]);
  rules.push({
    commands: { deny: [{ glob: '"', rule: 'r', source: 's' }], requireApproval: [] },
  } as unknown as ToolRule);
  policy.warm();
  const params = Payload.of('{"name":"run","arguments":{"command":"ls"}}');
  const call = callWith({ resource: { backend: 'pg', type: 'tool', id: 'run' }, params });
  assert.equal((await decideCall(policy, call)).reason?.code, 'SP3003');
});
