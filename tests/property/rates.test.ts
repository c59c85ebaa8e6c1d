import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RateRule } from '../../lib/model/rules.ts';
import { Buckets } from '../../lib/quota/buckets.ts';
import { LocalRates } from '../../lib/quota/local-rates.ts';
import { Windows, windowCounter } from '../../lib/quota/windows.ts';
import { FakeClock } from '../support/clock.ts';

/** Something that happens: a call of one of a few keys, time that passes, or the time of day being set. */
type Event = { readonly key: string } | { readonly passMs: number } | { readonly jumpMs: number };

const events: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e') }) },
    { weight: 2, arbitrary: fc.record({ passMs: fc.double({ min: 0, max: 400, noNaN: true }) }) },
    { weight: 1, arbitrary: fc.record({ jumpMs: fc.integer({ min: -1e12, max: 1e12 }) }) },
  ),
  { maxLength: 120 },
);

/** When each key was admitted, in milliseconds. */
type Admitted = Map<string, number[]>;

async function play(all: readonly Event[], clock: FakeClock, take: (key: string) => number | Promise<number>) {
  const admitted: Admitted = new Map();
  for (const event of all) {
    if ('passMs' in event) clock.pass(event.passMs);
    else if ('jumpMs' in event) clock.jump(event.jumpMs);
    else if ((await take(event.key)) === 0) {
      admitted.set(event.key, [...(admitted.get(event.key) ?? []), clock.monotonic()]);
    }
  }
  return admitted;
}

test('a bucket never admits more than its burst and what has come back since, in any span of time', async () => {
  const numbers = fc.record({
    perSecond: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0.01, max: 50, noNaN: true })),
    burst: fc.integer({ min: 1, max: 8 }),
    mostKeys: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(events, numbers, async (all, { perSecond, burst, mostKeys }) => {
      const clock = new FakeClock();
      const buckets = new Buckets(clock, perSecond, burst, mostKeys);
      for (const times of (await play(all, clock, (key) => buckets.take(key))).values()) {
        for (let from = 0; from < times.length; from++) {
          for (let to = from; to < times.length; to++) {
            // Times are counted in whole microseconds, so one may be taken for a little earlier.
            const most = burst + ((times[to]! - times[from]! + 0.001) * perSecond) / 1000;
            assert.ok(to - from + 1 <= most + 1e-9, `${to - from + 1} in ${times[to]! - times[from]!} ms`);
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('whoever waits as long as a bucket or a window says is admitted, and not a moment earlier', async () => {
  const numbers = fc.record({ perSecond: fc.integer({ min: 1, max: 999 }), burst: fc.integer({ min: 1, max: 5 }) });
  await fc.assert(
    fc.asyncProperty(numbers, async ({ perSecond, burst }) => {
      const clock = new FakeClock();
      const windows = new Windows(clock, await windowCounter(burst), 1000);
      const buckets = new Buckets(clock, perSecond, burst);
      for (const take of [(key: string) => buckets.take(key), (key: string) => windows.take(key)]) {
        while ((await take('a')) === 0);
        const waitMs = await take('a');
        assert.ok(waitMs > 0);
        if (waitMs > 1) clock.pass(waitMs - 1);
        if (waitMs > 1) assert.ok((await take('a')) > 0);
        clock.pass(1);
        assert.equal(await take('a'), 0);
      }
    }),
    { numRuns: 100 },
  );
});

test('a window never admits more than it holds from its first call to its end, also for keys that share one', async () => {
  const numbers = fc.record({ max: fc.integer({ min: 1, max: 8 }), mostKeys: fc.integer({ min: 1, max: 5 }) });
  await fc.assert(
    fc.asyncProperty(events, numbers, async (all, { max, mostKeys }) => {
      const clock = new FakeClock();
      const windows = new Windows(clock, await windowCounter(max), 1000, mostKeys);
      for (const times of (await play(all, clock, (key) => windows.take(key))).values()) {
        // A window that begins in one that is shared ends earlier, so two meet within any span of its length.
        for (let from = 0; from < times.length; from++) {
          const within = times.filter((time) => time >= times[from]! && time < times[from]! + 1000);
          assert.ok(within.length <= 2 * max, `${within.length} in one second`);
        }
        let end = -Infinity;
        let count = 0;
        for (const time of mostKeys >= 5 ? times : []) {
          if (time >= end) {
            end = time + 1000;
            count = 0;
          }
          assert.ok(++count <= max, `${count} in one window`);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('calls that come at once are counted one by one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 60 }), async (max, calls) => {
      const windows = new Windows(new FakeClock(), await windowCounter(max), 1000);
      const waits = await Promise.all(Array.from({ length: calls }, () => windows.take('a')));
      assert.equal(waits.filter((ms) => ms === 0).length, Math.min(max, calls));
    }),
    { numRuns: 50 },
  );
});

const RULE: RateRule = {
  rule: 'rate_limit',
  source: 'sallyport.yaml:3',
  selector: '*',
  only: undefined,
  per: 'agent',
  bucket: undefined,
  window: { max: 3, ms: 60_000 },
};

test('a rule that a reload leaves as it was goes on counting, one whose numbers change starts anew', async () => {
  const numbers = fc.constantFrom<Partial<RateRule>>(
    { window: { max: 3, ms: 60_000 } },
    { window: undefined, bucket: { perSecond: 0.01, burst: 3 } },
  );
  await fc.assert(
    fc.asyncProperty(numbers, fc.integer({ min: 0, max: 5 }), async (part, before) => {
      const rates = new LocalRates(new FakeClock());
      const rule = { ...RULE, ...part };
      for (let i = 0; i < before; i++) await rates.take(rule, 'a');
      // A reload makes the same rule as another object, perhaps at another line.
      const same = { ...structuredClone(rule), source: 'sallyport.yaml:9' };
      const left = [];
      for (let i = 0; i < 3; i++) left.push(await rates.take(same, 'a'));
      assert.equal(left.filter((ms) => ms === 0).length, Math.max(0, 3 - before));
      const changed: RateRule =
        rule.window === undefined
          ? { ...rule, bucket: { perSecond: 0.02, burst: 3 } }
          : { ...rule, window: { max: 4, ms: 60_000 } };
      assert.equal(await rates.take(changed, 'a'), 0);
    }),
    { numRuns: 50 },
  );
});

test('a window longer than timers can be set for does not end early', async () => {
  const clock = new FakeClock();
  const windows = new Windows(clock, await windowCounter(1), 60 * 86_400_000);
  assert.equal(await windows.take('a'), 0);
  clock.pass(59 * 86_400_000);
  clock.jump(365 * 86_400_000);
  assert.equal(await windows.take('a'), 86_400_000);
});

test('a flood of keys is held to what one key may do, and takes no memory', async () => {
  const clock = new FakeClock();
  const buckets = new Buckets(clock, 1, 2, 10);
  const windows = new Windows(clock, await windowCounter(2), 1000, 10);
  let byBuckets = 0;
  let byWindows = 0;
  for (let i = 0; i < 1000; i++) {
    if (buckets.take(`key-${i}`) === 0) byBuckets++;
    if ((await windows.take(`key-${i}`)) === 0) byWindows++;
  }
  assert.equal(byBuckets, 10 + 2);
  assert.equal(byWindows, 10 + 2);
  assert.equal(buckets.idle, false);
  assert.equal(windows.idle, false);
  clock.pass(60_000);
  assert.equal(buckets.idle, true);
  assert.equal(windows.idle, true);
});

test('a clock that goes back admits nothing more', () => {
  let now = 10_000;
  const clock = { now: () => now, monotonic: () => now };
  const buckets = new Buckets(clock, 1, 1);
  assert.equal(buckets.take('a'), 0);
  now = 0;
  assert.equal(buckets.take('a'), 1000);
});

test('a rule with neither number is a fault and denies', () => {
  assert.throws(() => new LocalRates(new FakeClock()).take({ ...RULE, window: undefined }, 'a'));
});

test('rules for which nothing is counted any more are forgotten, others never', async () => {
  const clock = new FakeClock();
  const rates = new LocalRates(clock);
  const rule = (index: number): RateRule => ({
    ...RULE,
    rule: `rule-${index}`,
    window: undefined,
    bucket: { perSecond: 0.001, burst: 1 },
  });
  for (let i = 0; i < 1500; i++) assert.equal(await rates.take(rule(i), 'a'), 0);
  for (let i = 0; i < 1500; i++) assert.ok((await rates.take(rule(i), 'a')) > 0);
});

test('a key that shared a bucket does not find a full one of its own when there is room again', () => {
  const clock = new FakeClock();
  const buckets = new Buckets(clock, 1, 2, 1);
  assert.equal(buckets.take('a'), 0);
  assert.deepEqual([buckets.take('b'), buckets.take('b')], [0, 0]);
  clock.pass(1000);
  assert.equal(buckets.take('b'), 0);
  assert.equal(buckets.take('b'), 1000);
  clock.pass(2000);
  assert.deepEqual([buckets.take('b'), buckets.take('b')], [0, 0]);
});

test('a key that shared a window gets none of its own before that one ends', async () => {
  const clock = new FakeClock();
  const windows = new Windows(clock, await windowCounter(1), 5000, 2);
  assert.deepEqual([await windows.take('a'), await windows.take('c')], [0, 0]);
  clock.pass(4500);
  assert.equal(await windows.take('b'), 0);
  clock.pass(1000);
  assert.equal(await windows.take('b'), 4000);
  clock.pass(4000);
  assert.equal(await windows.take('b'), 0);
});

test('no part of a token comes back too early where the rate does not divide a second', () => {
  const clock = new FakeClock();
  const buckets = new Buckets(clock, 3, 1);
  assert.equal(buckets.take('a'), 0);
  clock.pass(333.333);
  assert.ok(buckets.take('a') > 0);
});

test('a window does not ask for the time of day', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const windows = new Windows(new FakeClock(), await windowCounter(1), 60_000);
  assert.equal(await windows.take('a'), 0);
  t.mock.timers.tick(86_400_000);
  assert.equal(await windows.take('a'), 60_000);
});
