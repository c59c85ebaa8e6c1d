import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { budgets } from '../../../lib/checks/budgets.ts';
import { rates } from '../../../lib/checks/rates.ts';
import { repeats } from '../../../lib/checks/repeats.ts';
import { stopped } from '../../../lib/checks/stopped.ts';
import type { Call } from '../../../lib/model/call.ts';
import type { Verdict } from '../../../lib/model/decision.ts';
import type { CheckDefinition } from '../../../lib/policy/check.ts';
import { decideCall } from '../../../lib/policy/decide.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import type { PolicyState } from '../../../lib/policy/state.ts';
import { BudgetMemory } from '../../../lib/quota/budget-memory.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { callWith } from '../../support/policy/calls.ts';
import { CountingState } from '../../support/policy/counting-state.ts';
import { MemoryFiles } from '../../support/policy/memory-files.ts';
import { compiled } from '../../support/policy/policy-state.ts';

const ENDED = { forwarded: true, ms: 10, requestBytes: 100, replyBytes: 100 };

function policyWith(check: CheckDefinition, text: string, parts: Partial<PolicyState> = {}): Policy {
  const { config } = configOf({ config: `version: 1\nbackends: [{ name: files, command: x }]\n${text}` });
  const counting = new CountingState(new MemoryFiles({}));
  const { clock, files, flows, placeholders, rates: counts, budgets: store, stops, pins, ...others } = counting;
  const state = { clock, files, flows, placeholders, rates: counts, budgets: store, stops, pins, ...others };
  return compiled(config, [check], { ...state, ...parts });
}

let count = 0;
const CLICK = { backend: 'files', type: 'tool', id: 'click' } as const;
const someCall = (parts: Partial<Call> = {}) => callWith({ id: `D${count++}`, resource: CLICK, ...parts });

const ASKS = 'policies: { baseline: { repeated_calls: require_approval } }';

const BUDGETS = `budgets:
  - { name: all, unit: calls, limit: 5, window: 1d, per: global }
  - { name: mine, unit: calls, limit: 1, window: 1d }`;

test('a budget that cannot be counted denies, and what was reserved before it is given back', async (t: TestContext) => {
  const clock = { now: () => 0, monotonic: () => 0 };
  for (const way of ['throws', 'rejects'] as const) {
    await t.test(way, async () => {
      const store = new BudgetMemory(clock);
      const fail = () => {
        if (way === 'throws') throw new Error('no disk');
        return Promise.reject(new Error('no disk'));
      };
      let calls = 0;
      const state = {
        budgets: {
          reserve: (...args: Parameters<BudgetMemory['reserve']>) =>
            ++calls % 2 === 0 ? fail() : store.reserve(...args),
          settle: (...args: Parameters<BudgetMemory['settle']>) => store.settle(...args),
          look: (...args: Parameters<BudgetMemory['look']>) => store.look(...args),
        },
      };
      const policy = policyWith(budgets, BUDGETS, state);
      const call = someCall();
      const { reason } = await decideCall(policy, call);
      assert.equal(reason?.code, 'SP3035');
      assert.equal(store.look({ key: 'all/calls/global', limit: 5, windowMs: 86_400_000 }).used, 0);
    });
  }
});

test('a store that fails when a call is settled leaves the call alone', async () => {
  for (const settle of [
    () => {
      throw new Error('no disk');
    },
    () => Promise.reject(new Error('no disk')),
  ]) {
    const taken = { granted: true, used: 1, resetsAtMs: 1 };
    const policy = policyWith(budgets, BUDGETS, { budgets: { reserve: () => taken, settle, look: () => taken } });
    const call = someCall();
    await decideCall(policy, call);
    policy.ended(call, ENDED);
  }
});

test('a store that takes time is waited for, budget by budget', async () => {
  const store = new BudgetMemory({ now: () => 0, monotonic: () => 0 });
  const state = {
    budgets: {
      reserve: async (...args: Parameters<BudgetMemory['reserve']>) => store.reserve(...args),
      settle: async (...args: Parameters<BudgetMemory['settle']>) => store.settle(...args),
      look: async (...args: Parameters<BudgetMemory['look']>) => store.look(...args),
    },
  };
  const policy = policyWith(budgets, BUDGETS, state);
  const effects = [];
  for (let i = 0; i < 2; i++) effects.push((await decideCall(policy, someCall())).effect);
  assert.deepEqual(effects, ['allow', 'deny']);
  // The second was granted by the first budget and denied by the other, so it must not stay counted there.
  assert.equal(store.look({ key: 'all/calls/global', limit: 5, windowMs: 86_400_000 }).used, 1);
});

test('a call ends once for its budgets, and one that was never asked about not at all', async () => {
  const policy = policyWith(budgets, 'budgets: [{ name: all, unit: bytes, limit: 5000, window: 1d }]');
  const call = someCall();
  await decideCall(policy, call);
  policy.ended(call, ENDED);
  policy.ended(call, { ...ENDED, replyBytes: 1_000_000 });
  policy.ended(someCall(), { ...ENDED, replyBytes: 1_000_000 });
  assert.equal((await decideCall(policy, someCall())).effect, 'allow');
});

test('a rate that cannot be counted denies', async () => {
  const fail = () => Promise.reject(new Error('cannot be loaded'));
  const policy = policyWith(rates, 'rate_limit: { requests_per_sec: 1 }', { rates: { take: fail } });
  assert.equal((await decideCall(policy, someCall())).effect, 'deny');
});

test('a limit with a bucket and a window holds both', async () => {
  const both = 'rate_limit: { requests_per_sec: 1, burst_size: 3, max_requests: 2, window_secs: 60 }';
  const policy = policyWith(rates, both);
  const codes = [];
  for (let i = 0; i < 4; i++) codes.push((await decideCall(policy, someCall())).reason?.code);
  assert.deepEqual(codes, [undefined, undefined, 'SP3032', 'SP3031']);
});

test('where no limit is set, calls are judged at once and nothing is remembered', () => {
  for (const check of [rates, budgets]) {
    const verdict = policyWith(check, '').checks[0]!.judge.call!(someCall()) as Verdict;
    assert.deepEqual(verdict, { pass: true });
  }
});

test('calls that end something are never too many', async () => {
  const policy = policyWith(rates, 'rate_limit: { requests_per_sec: 1, burst_size: 1 }');
  const resource = { backend: 'files', type: 'task', id: '1' } as const;
  for (let i = 0; i < 5; i++) {
    assert.equal((await decideCall(policy, someCall({ action: 'tasks/cancel', resource }))).effect, 'allow');
  }
});

test('lists count only for a limit that names them', async () => {
  const listing = { action: 'tools/list', resource: { backend: 'files', type: 'list', id: 'tools/list' } } as const;
  const wide = policyWith(rates, 'policies: { tools: { "files/*": { rate_limit: { requests_per_sec: 1 } } } }');
  const named = policyWith(
    rates,
    'policies: { tools: { "files/tools/list": { rate_limit: { requests_per_sec: 1 } } } }',
  );
  for (const [policy, last] of [
    [wide, 'allow'],
    [named, 'deny'],
  ] as const) {
    await decideCall(policy, someCall(listing));
    assert.equal((await decideCall(policy, someCall(listing))).effect, last);
  }
});

test('a reload does not end the watch over repeated calls', async () => {
  const state = new CountingState(new MemoryFiles({}));
  const { config } = configOf({ config: `version: 1\nbackends: [{ name: files, command: x }]\n${ASKS}` });
  for (let i = 0; i < 10; i++)
    assert.equal((await decideCall(compiled(config, [repeats], state), someCall())).effect, 'allow');
  assert.equal((await decideCall(compiled(config, [repeats], state), someCall())).effect, 'require_approval');
});

test('calls with no arguments and with very large ones are compared, too', async () => {
  const large = `{"text":"${'x'.repeat(20_000)}"}`;
  for (const args of [undefined, Payload.of(large)]) {
    const policy = policyWith(repeats, ASKS);
    for (let i = 0; i < 10; i++) await decideCall(policy, someCall({ args }));
    assert.equal((await decideCall(policy, someCall({ args }))).effect, 'require_approval');
  }
});

test('a flood of sessions and of different calls is watched with bounded memory', async () => {
  const policy = policyWith(repeats, ASKS);
  for (let i = 0; i < 3000; i++) await decideCall(policy, someCall({ session: `s${i}` }));
  for (let i = 0; i < 100; i++) await decideCall(policy, someCall({ args: Payload.of(`{"n":${i}}`) }));
  assert.equal((await decideCall(policy, someCall())).effect, 'allow');
});

test('where repeating is allowed nothing is watched', async () => {
  const policy = policyWith(repeats, 'policies: { baseline: { repeated_calls: allow } }');
  for (let i = 0; i < 100; i++) assert.equal((await decideCall(policy, someCall())).effect, 'allow');
});

test('whether something is stopped that cannot be told, it is', async () => {
  const stopping = () => {
    throw new Error('cannot be read');
  };
  const { reason } = await decideCall(policyWith(stopped, '', { stops: { stopping } }), someCall());
  assert.equal(reason?.code, 'SP3007');
  assert.equal(reason?.retry, 'later');
});
