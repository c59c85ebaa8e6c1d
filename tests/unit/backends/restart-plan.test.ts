import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RestartPlan } from '../../../backends/restart-plan.ts';
import { FakeClock } from '../../support/clock.ts';

function planOf(max: number, windowMs = 60_000): { plan: RestartPlan; clock: FakeClock } {
  const clock = new FakeClock();
  return { plan: new RestartPlan({ max, windowMs }, clock), clock };
}

test('a server that never failed is started at once', () => {
  const { plan } = planOf(3);
  assert.equal(plan.delayMs(), 0);
  assert.equal(plan.restMs(), 0);
});

test('each failure doubles the delay up to five seconds', () => {
  const { plan } = planOf(100);
  const delays: number[] = [];
  for (let i = 0; i < 8; i++) {
    plan.failed();
    delays.push(plan.delayMs());
  }
  assert.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

test('time that has passed since the last failure counts towards the delay', () => {
  const { plan, clock } = planOf(3);
  plan.failed();
  plan.failed();
  clock.pass(150);
  assert.equal(plan.delayMs(), 50);
  clock.pass(1000);
  assert.equal(plan.delayMs(), 0);
});

test('more failures than allowed let it rest until the oldest leaves the window', () => {
  const { plan, clock } = planOf(2, 10_000);
  plan.failed();
  clock.pass(1000);
  plan.failed();
  assert.equal(plan.restMs(), 0, 'as many as allowed are no reason to rest');
  clock.pass(1000);
  plan.failed();
  assert.equal(plan.restMs(), 8000);
  clock.pass(7999);
  assert.equal(plan.restMs(), 1);
  clock.pass(1);
  assert.equal(plan.restMs(), 0);
});

test('with no restart allowed the first failure lets it rest for the whole window', () => {
  const { plan, clock } = planOf(0, 5000);
  plan.failed();
  assert.equal(plan.restMs(), 5000);
  clock.pass(5000);
  assert.equal(plan.restMs(), 0);
  assert.equal(plan.delayMs(), 0);
});

test('failures are forgotten once they are older than the window, and the delay begins anew', () => {
  const { plan, clock } = planOf(3, 10_000);
  for (let i = 0; i < 3; i++) plan.failed();
  clock.pass(10_001);
  plan.failed();
  assert.equal(plan.delayMs(), 100);
});
