import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from '../../../lib/checks/index.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import type { PolicyState } from '../../../lib/policy/state.ts';
import { configOf } from '../../support/engine/engine.ts';
import { decideText } from '../../support/policy/policy-case.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const CONFIG = `rate_limit: { max_requests: 1000, window_secs: 3600, per: global }
budgets: [{ name: few, unit: calls, limit: 10, window: 1d }]
policies: { flows: [{ name: f, after: files/look, then: files/*, action: deny }] }
`;
const fails = () => {
  throw new Error('gone');
};
const rejects = () => Promise.reject(new Error('gone late'));

/** Ports that do not answer, each at once and, where it may take time, late. */
const BROKEN: Readonly<Record<string, Partial<PolicyState>>> = {
  stops: { stops: { stopping: fails } },
  flows: { flows: { marks: fails, mark: fails } },
  'rates at once': { rates: { take: fails } },
  'rates late': { rates: { take: rejects } },
  'budgets at once': { budgets: { reserve: fails, settle: fails, look: fails } },
  'budgets late': { budgets: { reserve: rejects, settle: rejects, look: rejects } },
  'files at once': { files: { admit: () => {}, look: fails, text: fails } as unknown as PolicyState['files'] },
  'files late': { files: { admit: () => {}, look: rejects, text: rejects } as unknown as PolicyState['files'] },
};

test('a call is denied when anything a check must ask does not answer, at once or late', async () => {
  for (const [port, state] of Object.entries(BROKEN)) {
    const policy = await compilePolicy(configOf({ files: 'legacy' }, CONFIG), CHECKS, stateInMemory(state));
    const { decision } = await decideText(policy, {
      tool: 'files/save',
      args: { path: '/home/ana/project/a' },
      schema: { type: 'object', properties: { path: { type: 'string' } } },
    });
    assert.equal(decision.effect, 'deny', port);
    assert.doesNotMatch(JSON.stringify(decision.reason), /gone/, port);
  }
});

test('a call is denied when a check answers what is no verdict, at once or late', async () => {
  for (const answer of [undefined, null, {}, { pass: 'yes' }, { pass: false }, true, 'pass']) {
    for (const wrap of [(value: unknown) => value, (value: unknown) => Promise.resolve(value)]) {
      const broken = { id: 'broken', about: '', create: () => ({ call: () => wrap(answer) as never }) };
      const policy = await compilePolicy(configOf({ files: 'legacy' }, ''), [broken], stateInMemory());
      const { decision } = await decideText(policy, { tool: 'files/save' });
      assert.equal(decision.effect, 'deny', JSON.stringify(answer));
      assert.equal(decision.reason!.code, 'SP3003');
    }
  }
});
