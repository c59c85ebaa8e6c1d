import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effects } from '../../../lib/checks/effects.ts';
import { flows } from '../../../lib/checks/flows.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import type { FlowMemory } from '../../../lib/model/flow-memory.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { callWith, replyOf } from '../../support/policy/calls.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const CONFIG = `version: 1
backends: [{ name: web, command: x }, { name: files, command: x }]
policies:
  effects: { "web/*": [read, untrusted] }
  flows: [{ name: f, after: "*/@untrusted", then: "files/*", action: deny }]
`;
const web = callWith({ resource: { backend: 'web', type: 'tool', id: 'get' } });
const save = callWith({ resource: { backend: 'files', type: 'tool', id: 'save' } });

async function policyWith(memory?: FlowMemory, config = CONFIG) {
  const state = memory === undefined ? stateInMemory() : stateInMemory({ flows: memory });
  return compilePolicy(configOf({ config }).config, [flows, effects], state);
}

test('what marks a session is the reply that is delivered, not the call', async () => {
  const policy = await policyWith();
  await decideCall(policy, web);
  assert.equal((await decideCall(policy, save)).effect, 'allow');
  await decideReply(policy, web, replyOf({ content: [] }));
  assert.equal((await decideCall(policy, save)).reason?.code, 'SP3151');
});

test('each session has marks of its own', async () => {
  const policy = await policyWith();
  await decideReply(policy, web, replyOf({}));
  assert.equal((await decideCall(policy, { ...save, session: 's2' })).effect, 'allow');
});

test('marks are remembered when only observing', async () => {
  const state = stateInMemory();
  const observed = await compilePolicy(configOf({ config: `enforce: false\n${CONFIG}` }).config, [flows], state);
  await decideReply(observed, web, replyOf({}));
  const decision: Decision = await decideCall(observed, save);
  assert.deepEqual([decision.effect, decision.wouldDeny?.code], ['allow', 'SP3151']);
});

test('what cannot be remembered or looked up denies', async () => {
  const broken = () => {
    throw new Error('the folder is gone');
  };
  const policy = await policyWith({ marks: broken, mark: broken });
  assert.equal((await decideReply(policy, web, replyOf({}))).effect, 'deny');
  assert.equal((await decideCall(policy, save)).effect, 'deny');
  assert.equal((await decideCall(policy, web)).effect, 'allow');
});

test('without flows nobody is asked what was read', async () => {
  const asked = () => assert.fail('nothing needs to be known');
  const policy = await policyWith({ marks: asked, mark: asked }, 'version: 1\nbackends: [{ name: web, command: x }]');
  assert.equal((await decideReply(policy, web, replyOf({}))).effect, 'allow');
  assert.equal((await decideCall(policy, save)).effect, 'allow');
});

test('a flow called no-exfil stands in the place of the one of the strict profile', async () => {
  const own = `profile: strict\n${CONFIG.replace('name: f', 'name: no-exfil')}`;
  const policy = await policyWith(undefined, own);
  await decideReply(policy, web, replyOf({}));
  const { reason } = await decideCall(policy, save);
  assert.deepEqual([reason?.code, reason?.rule], ['SP3151', 'policies.flows[0]']);
});

test('tools of other types than calls change nothing and are not asked about', async () => {
  const policy = await policyWith();
  for (const type of ['task', 'method', 'list'] as const) {
    const call = callWith({ action: 'x', resource: { backend: 'files', type, id: 'delete' } });
    assert.equal((await decideCall(policy, call)).effect, 'allow');
  }
  assert.equal((await decideCall(policy, { ...save, direction: 'to-client' })).effect, 'allow');
});

test('a name with the characters of a glob is named by no rule', async () => {
  const config = `version: 1\nbackends: [{ name: db, command: x }]\npolicies: { tools: { "db/delete*": { action: allow } } }`;
  const policy = await policyWith(undefined, config);
  const call = callWith({ resource: { backend: 'db', type: 'tool', id: 'delete*' } });
  assert.equal((await decideCall(policy, call)).effect, 'require_approval');
});
