import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fulfil } from '../../../lib/gateway/fulfil.ts';
import type { Config } from '../../../lib/model/config.ts';
import { type Decision, deny, pass, type Verdict } from '../../../lib/model/decision.ts';
import type { Judge } from '../../../lib/policy/check.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import { callWith, definitionOf, policyOf, replyOf } from '../../support/policy/calls.ts';
import { compiled } from '../../support/policy/policy-state.ts';

const policies = { rules: [], effects: [] };
const config = { revision: 'r', backends: [], methodsAllow: [], policies } as unknown as Config;

async function both(judge: (...asked: unknown[]) => unknown): Promise<Decision[]> {
  const policy = policyOf([{ call: judge, reply: judge } as Judge]);
  return [await decideCall(policy, callWith()), await decideReply(policy, callWith(), replyOf({}))];
}

const FAILED = { code: 'SP3003', text: 'a policy check failed', rule: 'check check0' };

test('a check that throws denies', async () => {
  for (const decision of await both(() => {
    throw new Error('broken');
  })) {
    assert.equal(decision.effect, 'deny');
    assert.deepEqual(decision.reason, FAILED);
    assert.equal(decision.check, 'check0');
  }
});

test('a check that rejects denies', async () => {
  for (const decision of await both(() => Promise.reject(new Error('broken')))) {
    assert.equal(decision.effect, 'deny');
    assert.deepEqual(decision.reason, FAILED);
  }
});

test('a judge that judges neither calls nor replies is refused before it could allow everything', () => {
  assert.throws(() => compiled(config, [definitionOf({})]), /judges neither calls nor replies/);
  const misspelt = { calls: () => pass() } as unknown as Judge;
  assert.throws(() => compiled(config, [definitionOf(misspelt)]), /judges neither calls nor replies/);
});

test('an approval nobody can give denies', async () => {
  const approval = { code: 'SP6003', text: 'a person must agree to this first' } as const;
  const call = callWith();
  const decision = await decideCall(policyOf([{ call: () => pass({ approval }) }]), call);
  assert.equal(decision.effect, 'require_approval');
  assert.equal((await fulfil(call, decision)).effect, 'deny');
});

test('an answer that is no verdict denies, at once or later', async () => {
  const answers: unknown[] = [undefined, null, true, 'pass', {}, { pass: 'yes' }, { pass: 1 }, { pass: false }];
  for (const answer of answers) {
    for (const decision of [...(await both(() => answer)), ...(await both(() => Promise.resolve(answer)))]) {
      assert.equal(decision.effect, 'deny', JSON.stringify(answer));
      assert.deepEqual(decision.reason, FAILED);
    }
  }
});

test('a policy whose check cannot be made does not exist', () => {
  const broken = { ...definitionOf({ call: () => pass() }), create: () => assert.fail('a bad rule') };
  assert.throws(() => compiled(config, [broken]), /a bad rule/);
});

test('the first denial settles it, and no check after it is asked', async () => {
  let asked = 0;
  const policy = policyOf([
    { call: () => deny({ code: 'SP3001', text: 'first' }) },
    {
      call: () => {
        asked++;
        return deny({ code: 'SP3002', text: 'second' });
      },
    },
  ]);
  const decision = await decideCall(policy, callWith());
  assert.deepEqual([decision.reason?.code, decision.check, asked], ['SP3001', 'check0', 0]);
});

test('an approval does not end the run, so a later denial still wins', async () => {
  const approval = { code: 'SP6003', text: 'ask' } as const;
  const policy = policyOf([{ call: () => pass({ approval }) }, { call: () => deny({ code: 'SP3002', text: 'no' }) }]);
  const decision = await decideCall(policy, callWith());
  assert.deepEqual([decision.effect, decision.reason?.code, decision.check], ['deny', 'SP3002', 'check1']);
});

test('a check that judges only replies has no say about calls', async () => {
  const policy = policyOf([{ reply: () => deny({ code: 'SP3012', text: 'too big' }) }]);
  assert.equal((await decideCall(policy, callWith())).effect, 'allow');
  assert.equal((await decideReply(policy, callWith(), replyOf({}))).effect, 'deny');
});

test('in observe mode a check that throws is noted as what would have been denied', async () => {
  const judge: Judge = { call: (): Verdict => assert.fail('broken') };
  const decision = await decideCall(policyOf([judge], false), callWith());
  assert.deepEqual([decision.effect, decision.wouldDeny?.code, decision.enforced], ['allow', 'SP3003', false]);
});
