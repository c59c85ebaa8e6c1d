import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClockWatch } from '../../../lib/identity/clock-watch.ts';
import { FakeClock } from '../../support/clock.ts';

test('a clock that jumps by more than a minute is noticed once, in both directions, and time that passes is none', () => {
  const clock = new FakeClock();
  const told: unknown[] = [];
  const jumps: number[] = [];
  const watch = new ClockWatch(clock, { write: (_level, event, fields) => told.push([event, fields]) });
  const unwatch = watch.onJump((ms) => jumps.push(ms));
  clock.pass(86_400_000);
  assert.ok(!watch.look());
  clock.jump(60_000);
  assert.ok(!watch.look(), 'as clocks are set right');
  clock.jump(60_001);
  assert.ok(watch.look());
  assert.ok(!watch.look());
  clock.jump(-3_600_000);
  assert.ok(watch.look());
  assert.deepEqual(jumps, [60_001, -3_600_000]);
  assert.deepEqual(told, [
    ['clock_jumped', { seconds: 60 }],
    ['clock_jumped', { seconds: -3600 }],
  ]);
  unwatch();
  clock.jump(100_000);
  assert.ok(watch.look());
  assert.equal(jumps.length, 2);
});
