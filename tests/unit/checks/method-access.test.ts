import assert from 'node:assert/strict';
import { test } from 'node:test';
import { access } from '../../../lib/checks/access.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { configOf } from '../../support/engine/engine.ts';
import { decideText } from '../../support/policy/policy-case.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const CONFIG = `tenants: { away: { clients: [eve], backends: [other] } }
policies:
  methods: { allow: ["vendor/open"] }
  agents: { mallory: { denied_tools: ["files/*"] }, narrow: { allowed_tools: ["files/read"] } }
  tools:
    "files/vendor/erase": { action: deny }
    "files/vendor/ask": { action: require_approval }
`;

test('a method the config lets through reaches no server its caller may not use, nor past a rule that denies it', async () => {
  const config = configOf({ files: 'legacy', other: 'legacy' }, CONFIG);
  const policy = await compilePolicy(config, [access], stateInMemory());
  const decide = async (as: string, method = 'files/vendor/open') => {
    const { decision } = await decideText(policy, { method, as });
    return decision.reason?.code;
  };
  assert.equal(await decide('ana'), undefined);
  assert.equal(await decide('eve'), 'SP3010');
  assert.equal(await decide('mallory'), 'SP3009');
  assert.equal(await decide('narrow'), 'SP3009');
  assert.equal(await decide('ana', 'files/vendor/erase'), 'SP3015');
  assert.equal(await decide('ana', 'files/vendor/ask'), 'SP6003');
});
