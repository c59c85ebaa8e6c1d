import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callAsked } from '../../../lib/authoring/asked.ts';
import { CoverageCount } from '../../../lib/authoring/coverage.ts';
import { explainAsked } from '../../../lib/authoring/explained-call.ts';
import { groundOf } from '../../../lib/authoring/ground.ts';
import { rulePlaces } from '../../../lib/authoring/rule-places.ts';
import { CHECKS } from '../../../lib/checks/index.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const CONFIG = `version: 1
backends:
  - { name: web, command: x, allowed_tools: [get, post], denied_prompts: [secret] }
roles:
  reader: { permissions: ["web/get"], denied: ["web/post"] }
policies:
  baseline: { loopback_addresses: deny }
  agents: { intern: { allowed_tools: ["web/get"], denied_tools: ["web/post"] } }
  tools:
    "web/get":
      domains: { allow: [example.com], deny: [evil.example], in: [url] }
      max_depth: 5
`;

const { config } = configOf({ config: CONFIG });

async function missedAfter(...asked: { id: string; url?: string; as?: string; roles?: string[] }[]): Promise<string[]> {
  const ground = await groundOf(config, CHECKS, stateInMemory(), 'ana');
  const count = new CoverageCount(config);
  for (const [index, { id, url, as, roles = [] }] of asked.entries()) {
    const args = url === undefined ? {} : { url };
    const one = { type: 'tool', backend: 'web', id, args, as, roles, tenant: undefined, shape: undefined } as const;
    count.add(callAsked(one, config, 'ana', `${index}`), await explainAsked(one, ground, `${index}`), ground);
  }
  return count.result().rules.missed.map(({ rule }) => rule);
}

test('every rule the operator wrote is one that can be met, and nothing of the profile is', () => {
  assert.deepEqual(
    rulePlaces(config).map(({ rule, kind }) => `${kind} ${rule}`),
    [
      'scope policies.tools["web/get"]',
      'list policies.tools["web/get"].domains.allow',
      'entry policies.tools["web/get"].domains.deny[0]',
      'entry policies.tools["web/get"].max_depth',
      'role roles.reader',
      'entry roles.reader.denied[0]',
      'list policies.agents.intern.allowed_tools',
      'entry policies.agents.intern.denied_tools[0]',
      'list backends[0].allowed_tools',
      'entry backends[0].denied_prompts[0]',
      'entry policies.baseline.loopback_addresses',
    ],
  );
});

test('without a case everything is missed', async () => {
  assert.equal((await missedAfter()).length, 11);
});

test('an allow list is met by an allowed call it holds for, a denial only by being the reason', async () => {
  const missed = await missedAfter({ id: 'get', url: 'https://example.com' });
  for (const met of [
    'policies.tools["web/get"]',
    'policies.tools["web/get"].domains.allow',
    'backends[0].allowed_tools',
  ])
    assert.ok(!missed.includes(met), met);
  assert.ok(missed.includes('policies.tools["web/get"].domains.deny[0]'));
  assert.ok(
    !(await missedAfter({ id: 'get', url: 'https://evil.example' })).includes(
      'policies.tools["web/get"].domains.deny[0]',
    ),
  );
});

test('a role is met by whoever holds it, and what stands in it by denying', async () => {
  const missed = await missedAfter({ id: 'post', roles: ['reader'] });
  assert.ok(!missed.includes('roles.reader') && !missed.includes('roles.reader.denied[0]'));
});

test('an operator baseline, an agent and its lists are met by what they deny', async () => {
  const missed = await missedAfter({ id: 'post', url: 'http://127.0.0.1' }, { id: 'post', as: 'intern' });
  assert.ok(!missed.includes('policies.baseline.loopback_addresses'), missed.join());
  assert.ok(!missed.includes('policies.agents.intern.denied_tools[0]'), missed.join());
});
