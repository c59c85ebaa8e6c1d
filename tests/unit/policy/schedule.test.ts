import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Schedule } from '../../../lib/model/rules.ts';
import { compileSchedule } from '../../../lib/policy/schedule.ts';

const schedule = (parts: Partial<Schedule>): Schedule => ({
  rule: 'r',
  source: 's',
  days: [],
  hours: [],
  timezone: 'UTC',
  outside: false,
  ...parts,
});
const at = (text: string) => Date.parse(text);

test('a schedule without days and hours always holds', () => assert.ok(compileSchedule(schedule({}))(0)));

test('days are those of the time zone', () => {
  const inTokyo = compileSchedule(schedule({ days: [1], timezone: 'Asia/Tokyo' }));
  assert.ok(inTokyo(at('2026-11-22T15:00:00Z')));
  assert.ok(!inTokyo(at('2026-11-23T15:00:00Z')));
});

test('a span over midnight belongs to the day it begins on', () => {
  const holds = compileSchedule(schedule({ days: [6], hours: [{ from: 22 * 60, to: 6 * 60 }] }));
  assert.ok(holds(at('2026-11-21T22:00:00Z')));
  assert.ok(holds(at('2026-11-22T05:59:00Z')));
  assert.ok(!holds(at('2026-11-21T05:59:00Z')));
  assert.ok(!holds(at('2026-11-22T06:00:00Z')));
  assert.ok(!holds(at('2026-11-21T21:59:00Z')));
});

test('a span may last to the end of the day', () => {
  const holds = compileSchedule(schedule({ hours: [{ from: 1380, to: 1440 }] }));
  assert.ok(holds(at('2026-11-21T23:59:59Z')));
  assert.ok(!holds(at('2026-11-22T00:00:00Z')));
});

test('the hour that comes twice in autumn counts twice, and the one that is skipped in spring never', () => {
  const holds = compileSchedule(schedule({ hours: [{ from: 120, to: 180 }], timezone: 'Europe/Berlin' }));
  assert.ok(holds(at('2026-10-25T00:30:00Z')));
  assert.ok(holds(at('2026-10-25T01:30:00Z')));
  assert.ok(!holds(at('2026-03-29T01:30:00Z')));
  assert.ok(!holds(at('2026-03-29T00:59:00Z')));
});

test('a time zone nobody knows is refused', () => {
  assert.throws(() => compileSchedule(schedule({ timezone: 'Mars/Olympus' })), RangeError);
});

test('inside and outside are opposites at any moment', () => {
  const span = fc
    .record({ from: fc.nat({ max: 1439 }), to: fc.nat({ max: 1440 }) })
    .filter(({ from, to }) => from !== to);
  const parts = fc.record({ days: fc.uniqueArray(fc.nat({ max: 6 })), hours: fc.array(span, { maxLength: 3 }) });
  const timezone = fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia');
  fc.assert(
    fc.property(parts, timezone, fc.integer({ min: 0, max: 4e12 }), (some, zone, now) => {
      const inside = compileSchedule(schedule({ ...some, timezone: zone }));
      const outside = compileSchedule(schedule({ ...some, timezone: zone, outside: true }));
      assert.equal(inside(now), !outside(now));
    }),
    { numRuns: 300 },
  );
});
