import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attempts } from '../../../lib/http/attempts.ts';
import { FakeClock } from '../../support/clock.ts';

const LIMITS = { failures: 3, windowMs: 10_000, forMs: 60_000 };

function states(attempts: Attempts, address: string, count: number): string[] {
  return Array.from({ length: count }, () => attempts.failed(address).state);
}

test('so many failures within the window are borne, the next one locks, and those after it are told how long', () => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock, () => LIMITS);
  assert.deepEqual(states(attempts, 'a', 3), ['counted', 'counted', 'counted']);
  assert.deepEqual(attempts.failed('a'), { state: 'locking', waitMs: 60_000 });
  clock.pass(20_000);
  assert.deepEqual(attempts.failed('a'), { state: 'locked', waitMs: 40_000 });
  assert.deepEqual(states(attempts, 'b', 1), ['counted'], 'of another address nothing is known');
  clock.pass(40_000);
  assert.deepEqual(states(attempts, 'a', 4), ['counted', 'counted', 'counted', 'locking'], 'it begins anew');
});

test('failures that are older than the window are forgotten one by one', () => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock, () => LIMITS);
  for (let i = 0; i < 20; i++) {
    assert.equal(attempts.failed('a').state, 'counted', `failure ${i}`);
    clock.pass(4000);
  }
  assert.deepEqual(states(attempts, 'a', 2), ['counted', 'locking']);
});

test('a clock that is set back makes no lockout longer, and one set forward none shorter', () => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock, () => LIMITS);
  states(attempts, 'a', 4);
  clock.jump(3_600_000);
  assert.equal(attempts.failed('a').state, 'locked');
  clock.jump(-7_200_000);
  clock.pass(60_000);
  assert.equal(attempts.failed('a').state, 'counted');
});

test('all addresses a host with IPv6 has for itself are counted as one', () => {
  const attempts = new Attempts(new FakeClock(), () => LIMITS);
  const found = ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:ff::3', '2001:db8::4', '2001:db8:0:1::1'].map(
    (address) => attempts.failed(address).state,
  );
  assert.deepEqual(found, ['counted', 'counted', 'counted', 'locking', 'counted']);
});

test('limits that change count from the next failure on', () => {
  let limits = LIMITS;
  const attempts = new Attempts(new FakeClock(), () => limits);
  states(attempts, 'a', 3);
  limits = { ...LIMITS, failures: 5 };
  assert.deepEqual(states(attempts, 'a', 3), ['counted', 'counted', 'locking']);
});

test('addresses are forgotten before they fill the memory, those first that failed longest ago', () => {
  const attempts = new Attempts(new FakeClock(), () => LIMITS);
  for (let i = 0; i < 12_000; i++) attempts.failed(`address ${i}`);
  assert.equal(attempts.size, 10_000);
});
