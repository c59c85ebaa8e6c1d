import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deny, PASS, pass, type Verdict } from '../../../lib/model/decision.ts';
import type { Judge } from '../../../lib/policy/check.ts';
import { decideCall } from '../../../lib/policy/decide.ts';
import { explainCall } from '../../../lib/policy/explain.ts';
import { explainingState, momentlessState } from '../../../lib/policy/explaining-state.ts';
import { callWith, policyOf } from '../../support/policy/calls.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const DENIED = deny({ code: 'SP3101', text: 'no' });
const ASKED = pass({ approval: { code: 'SP6003', text: 'ask' } });
const EDITED = pass({ edits: [{ name: 'shorten', apply: (body) => body }] });
const NOTED = pass({ findings: ['odd'] });

const saying = (verdict: Verdict): Judge => ({ call: () => verdict });
const failing: Judge = {
  call: () => {
    throw new Error('broken');
  },
};
const rejecting: Judge = { call: () => Promise.reject(new Error('broken')) };
const silent = { call: () => undefined } as unknown as Judge;
const repliesOnly: Judge = { reply: () => DENIED };

test('every check is asked, also after one has denied, and each says its own', async () => {
  const judges = [saying(NOTED), saying(DENIED), saying(ASKED), saying(EDITED), saying(PASS), repliesOnly];
  const { decision, checks } = await explainCall(policyOf(judges), callWith());
  assert.deepEqual(
    checks.map(({ check, verdict }) => [check, verdict]),
    [
      ['check0', 'finding'],
      ['check1', 'deny'],
      ['check2', 'require_approval'],
      ['check3', 'edit'],
      ['check4', 'pass'],
      ['check5', 'pass'],
    ],
  );
  assert.deepEqual([decision.effect, decision.check, decision.reason?.code], ['deny', 'check1', 'SP3101']);
  assert.deepEqual([checks[0]!.findings, checks[3]!.edits], [['odd'], ['shorten']]);
});

test('a check that throws, rejects or says nothing denies with SP3003, and the others are asked all the same', async () => {
  for (const broken of [failing, rejecting, silent]) {
    const { decision, checks } = await explainCall(policyOf([broken, saying(ASKED)]), callWith());
    assert.deepEqual([checks[0]!.verdict, checks[0]!.reason?.code], ['deny', 'SP3003']);
    assert.equal(checks[1]!.verdict, 'require_approval');
    assert.equal(decision.effect, 'deny');
  }
});

test('in observe mode the call is allowed, and the explanation says what would have denied it', async () => {
  const { decision } = await explainCall(policyOf([saying(DENIED)], false), callWith());
  assert.deepEqual([decision.effect, decision.wouldDeny?.code], ['allow', 'SP3101']);
});

test('an explanation always decides as the gateway does', async () => {
  const verdict = fc.constantFrom<Judge>(
    saying(PASS),
    saying(DENIED),
    saying(ASKED),
    saying(NOTED),
    failing,
    rejecting,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(verdict, { maxLength: 6 }), fc.boolean(), async (judges, enforce) => {
      const policy = policyOf(judges, enforce);
      const [explained, decided] = [await explainCall(policy, callWith()), await decideCall(policy, callWith())];
      const { effect, check, reason, wouldDeny } = explained.decision;
      assert.deepEqual([effect, reason, wouldDeny], [decided.effect, decided.reason, decided.wouldDeny]);
      if (reason !== undefined) assert.equal(check, decided.check);
    }),
  );
});

test('a state to explain with takes, reserves and remembers nothing, and sees what is used up', async () => {
  const touched: string[] = [];
  const slot = { key: 'a', limit: 10, windowMs: 1000 };
  const state = explainingState(
    stateInMemory({
      flows: { marks: () => new Set(['read']), mark: () => void touched.push('mark') },
      rates: { take: () => touched.push('take') },
      budgets: {
        reserve: () => {
          touched.push('reserve');
          return { granted: true, used: 0, resetsAtMs: 0 };
        },
        settle: () => void touched.push('settle'),
        look: () => Promise.resolve({ granted: true, used: 8, resetsAtMs: 7 }),
      },
    }),
  );
  state.flows.mark('s', ['x']);
  assert.equal(await state.rates.take({} as never, 'k'), 0);
  state.budgets.settle(slot, 'h', 3);
  assert.deepEqual(await state.budgets.reserve(slot, 'h', 2), { granted: true, used: 10, resetsAtMs: 7 });
  assert.equal((await state.budgets.reserve(slot, 'h', 3)).granted, false);
  assert.equal((await state.budgets.look(slot)).used, 8);
  assert.deepEqual([...state.flows.marks('s')], ['read']);
  assert.deepEqual(touched, []);
});

test('a state without a moment knows of no stop, no use and nothing read before, whatever there was', async () => {
  const slot = { key: 'a', limit: 0, windowMs: 1 };
  const stop = { backend: undefined, by: 'ana', sinceMs: 0, why: '' };
  const state = momentlessState(stateInMemory({ stops: { stopping: () => stop } }));
  assert.equal(state.stops.stopping('files'), undefined);
  assert.equal(await state.rates.take({} as never, 'k'), 0);
  assert.equal((await state.budgets.reserve(slot, 'h', 5)).granted, true);
  assert.equal((await state.budgets.look(slot)).granted, true);
  await state.budgets.settle(slot, 'h', 5);
  assert.deepEqual([...state.flows.marks('s')], []);
  state.flows.mark('s', ['read']);
  assert.deepEqual([...state.flows.marks('s')], ['read']);
});
