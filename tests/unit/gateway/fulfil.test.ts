import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fulfil } from '../../../lib/gateway/fulfil.ts';
import type { Decision, Duty } from '../../../lib/model/decision.ts';
import { callWith } from '../../support/policy/calls.ts';

const ALLOWED: Decision = {
  effect: 'allow',
  reason: undefined,
  check: undefined,
  enforced: true,
  wouldDeny: undefined,
  edits: [],
  duties: [],
  findings: [],
  timeoutMs: undefined,
};

function duty(name: string, perform: Duty['perform']): Duty {
  return { name, perform };
}

const fails = {
  'throws at once': () => {
    throw new Error('no');
  },
  rejects: () => Promise.reject(new Error('no')),
  'rejects after others were done': async () => {
    await undefined;
    throw new Error('no');
  },
} satisfies Record<string, Duty['perform']>;

test('without duties a decision is returned as it is, at once', () => {
  assert.equal(fulfil(callWith(), ALLOWED), ALLOWED);
});

test('duties are performed one after the other, in order, and then the call is allowed', async () => {
  const done: string[] = [];
  const duties = [
    duty('first', async () => {
      await undefined;
      done.push('first');
    }),
    duty('second', () => void done.push('second')),
    duty('third', async () => void done.push('third')),
  ];
  const decision = await fulfil(callWith(), { ...ALLOWED, duties });
  assert.equal(decision.effect, 'allow');
  assert.deepEqual(done, ['first', 'second', 'third']);
});

test('duties that are done at once keep the decision immediate', () => {
  const decision = fulfil(callWith(), { ...ALLOWED, duties: [duty('one', () => {}), duty('two', () => {})] });
  assert.ok(!(decision instanceof Promise));
});

for (const [how, perform] of Object.entries(fails)) {
  test(`a duty that ${how} denies the call, and the duties after it are not begun`, async () => {
    let begun = false;
    const duties = [
      duty('fine', async () => {}),
      duty('broken', perform),
      duty('never', () => {
        begun = true;
      }),
    ];
    const decision = await fulfil(callWith(), { ...ALLOWED, duties });
    assert.equal(decision.effect, 'deny');
    assert.deepEqual(decision.reason, {
      code: 'SP3004',
      text: 'something that had to be done first failed',
      rule: 'duty broken',
    });
    assert.equal(begun, false);
  });
}

test('a failed duty denies in observe mode as well, for duties are no checks', async () => {
  const decision = await fulfil(callWith(), { ...ALLOWED, enforced: false, duties: [duty('broken', fails.rejects)] });
  assert.equal(decision.effect, 'deny');
  assert.equal(decision.enforced, true);
});

test('an approval nobody can give denies with its own code', () => {
  const reason = { code: 'SP6003', text: 'a person must agree to this first', rule: 'policies.default' } as const;
  const decision = fulfil(callWith(), {
    ...ALLOWED,
    effect: 'require_approval',
    reason,
    duties: [duty('x', () => {})],
  });
  assert.ok(!(decision instanceof Promise));
  assert.equal(decision.effect, 'deny');
  assert.deepEqual(decision.reason, reason);
});

test('a denial needs no duties', () => {
  let begun = false;
  const denied: Decision = {
    ...ALLOWED,
    effect: 'deny',
    reason: { code: 'SP3001', text: 'no' },
    duties: [
      duty('never', () => {
        begun = true;
      }),
    ],
  };
  assert.equal(fulfil(callWith(), denied), denied);
  assert.equal(begun, false);
});
