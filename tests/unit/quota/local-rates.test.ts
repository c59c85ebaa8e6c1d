import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RateLimiterMemory } from 'rate-limiter-flexible';
import type { RateRule } from '../../../lib/model/rules.ts';
import { Buckets } from '../../../lib/quota/buckets.ts';
import { LocalRates } from '../../../lib/quota/local-rates.ts';
import { Windows, windowCounter } from '../../../lib/quota/windows.ts';
import { FakeClock } from '../../support/clock.ts';

function ruleOf(parts: Partial<RateRule>): RateRule {
  return { rule: 'rate_limit', source: 'x:1', selector: '*', per: 'global', layer: 1, ...parts } as RateRule;
}

test('a limit that cannot be loaded denies its call and is tried again by the next', async () => {
  const rates = new LocalRates(new FakeClock());
  const rule = ruleOf({ window: { max: Number.NaN, ms: 1000 } });
  await assert.rejects(async () => rates.take(rule, 'global'), /finite number/);
  await assert.rejects(async () => rates.take(rule, 'global'), /finite number/);
});

test('among more rules than are remembered the idle ones are forgotten, and one in use goes on counting', () => {
  const clock = new FakeClock();
  const rates = new LocalRates(clock);
  const busy = ruleOf({ rule: 'busy', bucket: { perSecond: 0.001, burst: 1 } });
  assert.equal(rates.take(busy, 'global'), 0);
  for (let i = 0; i < 1000; i++) {
    rates.take(ruleOf({ rule: `idle ${i}`, bucket: { perSecond: 1000, burst: 1 } }), 'global');
    clock.pass(2);
  }
  assert.notEqual(rates.take(busy, 'global'), 0);
  assert.equal(rates.take(ruleOf({ rule: 'idle 0', bucket: { perSecond: 1000, burst: 1 } }), 'global'), 0);
});

test('limits for different holders, of the same numbers and place, count apart', () => {
  const rates = new LocalRates(new FakeClock());
  const bucket = { perSecond: 0.001, burst: 1 };
  const one = ruleOf({ bucket, only: { kind: 'agent', name: 'a' } });
  const other = ruleOf({ bucket, only: { kind: 'agent', name: 'b' } });
  assert.equal(rates.take(one, 'global'), 0);
  assert.equal(rates.take(other, 'global'), 0);
  assert.notEqual(rates.take({ ...one }, 'global'), 0);
});

test('a counter that fails is a fault, not a window that is full', async () => {
  const broken = { consume: () => Promise.reject(new Error('broken')), delete: () => Promise.resolve(true) };
  const windows = new Windows(new FakeClock(), broken as unknown as RateLimiterMemory, 1000);
  await assert.rejects(windows.take('a'), /broken/);
});

test('keys beyond those with a window of their own share one, and room is looked for once a second', async () => {
  const clock = new FakeClock();
  const windows = new Windows(clock, await windowCounter(1), 500, 1);
  assert.equal(await windows.take('a'), 0);
  assert.equal(await windows.take('b'), 0);
  assert.ok((await windows.take('c')) > 0, 'c shares the window of b');
  clock.pass(600);
  assert.equal(await windows.take('b'), 0);
  assert.ok((await windows.take('c')) > 0, 'nobody looks for room again so soon');
  assert.equal(windows.idle, false);
  clock.pass(600);
  assert.equal(windows.idle, true);
  assert.equal(await windows.take('c'), 0);
  assert.ok((await windows.take('c')) > 0);
});

test('room for a bucket of its own is looked for once a second as well', () => {
  const clock = new FakeClock();
  const buckets = new Buckets(clock, 10, 1, 1);
  assert.equal(buckets.take('a'), 0);
  assert.equal(buckets.take('b'), 0, 'b takes the token of the shared bucket');
  clock.pass(150);
  assert.equal(buckets.take('a'), 0);
  assert.equal(buckets.take('b'), 0);
  assert.ok(buckets.take('c') > 0, 'b and c share');
  clock.pass(1000);
  assert.equal(buckets.take('c'), 0);
  assert.equal(buckets.take('d'), 0, 'c has its own now');
});
