import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { WindowCount, WindowParts } from '../../lib/alerts/window-count.ts';

const steps = fc.array(fc.record({ passMs: fc.nat({ max: 3000 }), adds: fc.nat({ max: 3 }) }), { maxLength: 120 });

test('a window counts everything within it, and of what was before at most a twentieth of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat({ max: 100_000 }), steps, (windowMs, startMs, all) => {
      const parts = new WindowParts(windowMs);
      const count = new WindowCount(parts);
      const times: number[] = [];
      let now = startMs;
      for (const { passMs, adds } of all) {
        now += passMs;
        for (let i = 0; i < adds; i++) {
          times.push(now);
          count.add(parts.at(now));
        }
        const total = count.total(parts.at(now));
        const within = times.filter((at) => at > now - windowMs).length;
        const atMost = times.filter((at) => at > now - parts.count * parts.partMs).length;
        // The same by its definition: whole parts, as many as there are, the last of them now.
        const naive = times.filter((at) => parts.at(at) > parts.at(now) - parts.count).length;
        assert.equal(total, naive);
        assert.ok(within <= total && total <= atMost, `${within} <= ${total} <= ${atMost}`);
      }
    }),
    { numRuns: 300 },
  );
});

test('a window covers no more than a twentieth and a part beside what it is for', () => {
  for (const windowMs of [1000, 60_000, 300_000, 86_400_000]) {
    const { partMs, count } = new WindowParts(windowMs);
    assert.deepEqual([partMs, count], [windowMs / 20, 21]);
  }
});
