import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Book } from '../../lib/anomaly/book.ts';
import { HiddenNames } from '../../lib/anomaly/hidden-names.ts';
import type { Lesson } from '../../lib/anomaly/lesson.ts';
import { shapeOf } from '../../lib/anomaly/shape.ts';
import { ANOMALY_FEATURES } from '../../lib/model/anomaly.ts';
import type { Json } from '../../lib/model/json.ts';
import { HabitScene } from '../support/policy/habits.ts';

const HASHES = new HiddenNames('a test');
const count = fc.integer({ min: 1, max: 1_000_000 });
const lesson: fc.Arbitrary<Lesson> = fc.record({
  account: fc.constantFrom('ana', 'ben', 'eve'),
  tool: fc.constantFrom('files/read', 'files/write', 'git/log'),
  atMs: fc.integer({ min: 0, max: 2 ** 45 }),
  names: fc.constantFrom('a', 'b', 'c').map((name) => HASHES.of(name)),
  parts: fc.array(
    fc.tuple(
      fc.constantFrom('x', 'y').map((name) => HASHES.of(name)),
      fc.constantFrom('sw1', 'i0'),
    ),
    {
      maxLength: 3,
    },
  ),
  amounts: fc.option(
    fc.record({
      bytesOut: count,
      bytesIn: count,
      pace: fc.record({ perMinute: count, perHour: count }),
      hour: fc.integer({ min: 0, max: 47 }),
    }),
    { nil: undefined },
  ),
  scores: fc.option(fc.tuple(...ANOMALY_FEATURES.map(() => fc.double({ min: -1, max: 20, noNaN: true }))), {
    nil: undefined,
  }),
  surprises: fc.option(
    fc.tuple(fc.double({ min: 0, max: 25, noNaN: true }), fc.double({ min: 0, max: 25, noNaN: true })),
    {
      nil: undefined,
    },
  ),
  features: fc.constant('rate'),
  done: fc.boolean(),
});
const lessons = fc.array(lesson, { maxLength: 60 });

function bookOf(of: readonly Lesson[]): Book {
  const book = new Book();
  for (const one of of) book.learn(one);
  return book;
}

/** What is known, whatever order it came in. */
function known(book: Book): unknown {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value) && value.every((one) => Array.isArray(one) && typeof one[0] === 'string')
      ? value.map(sorted).sort((a, b) => ((a as string[])[0]! < (b as string[])[0]! ? -1 : 1))
      : Array.isArray(value)
        ? value.map(sorted)
        : value;
  // The count of a day is that of the last lesson while lessons come one by one.
  for (const account of book.accounts.values()) [account.day, account.today] = [0, 0];
  return sorted(book.kept());
}

test('profiles that learned apart and are merged, in any order, are what one would be that learned all', () => {
  fc.assert(
    fc.property(lessons, lessons, (some, others) => {
      const merged = bookOf(some);
      merged.merge(bookOf(others));
      const reversed = bookOf(others);
      reversed.merge(bookOf(some));
      const together = known(bookOf([...some, ...others]));
      assert.deepEqual(known(merged), together);
      assert.deepEqual(known(reversed), together);
    }),
  );
});

test('what is kept is what is restored', () => {
  fc.assert(
    fc.property(lessons, (some) => {
      const book = bookOf(some);
      const restored = new Book();
      restored.restore(JSON.parse(JSON.stringify(book.kept())));
      assert.deepEqual(restored.kept(), book.kept());
    }),
  );
});

test('nothing but what was kept is restored: it throws and changes nothing', () => {
  const kept = JSON.stringify(bookOf(fc.sample(lesson, { numRuns: 20, seed: 1 })).kept());
  fc.assert(
    fc.property(fc.nat(kept.length - 1), fc.constantFrom('"', '-', 'x', '1.5', 'null', '[', ']', '{}'), (at, text) => {
      const book = new Book();
      let value: unknown;
      try {
        value = JSON.parse(`${kept.slice(0, at)}${text}${kept.slice(at + 1)}`);
      } catch {
        return;
      }
      try {
        book.restore(value);
      } catch {
        assert.equal(book.accounts.size, 0);
        return;
      }
      const again = new Book();
      again.restore(JSON.parse(JSON.stringify(book.kept())));
      assert.deepEqual(again.kept(), book.kept());
    }),
    { numRuns: 500 },
  );
});

test('profiles take no more room than they may, whatever is called by whomever', () => {
  const limits = { accounts: 3, toolsOfOne: 4, tools: 8 };
  const call = fc.record({
    account: fc.nat(9).map((n) => `user ${n}`),
    tool: fc.nat(20).map((n) => `files/tool ${n}`),
    args: fc.dictionary(fc.string(), fc.anything()),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 120 }), (calls) => {
      const scene = new HabitScene({}, limits);
      for (const one of calls) scene.call(one as { args: Json });
      const { accounts } = scene.book;
      const sizes = [...accounts.values()].map(({ tools }) => tools.size);
      assert.ok(accounts.size <= limits.accounts);
      assert.ok(sizes.every((size) => size <= limits.toolsOfOne));
      assert.equal(
        sizes.reduce((a, b) => a + b, 0),
        scene.book.size,
      );
      assert.ok(scene.book.size <= limits.tools);
    }),
    { numRuns: 50 },
  );
});

test('whoever calls ever more tools has its own forgotten, and not those of another', () => {
  const scene = new HabitScene({}, { accounts: 3, toolsOfOne: 50, tools: 60 });
  scene.learn(120, (i) => ({ tool: `files/tool ${i % 8}` }));
  for (let i = 0; i < 500; i++) scene.call({ account: 'eve', tool: `files/other ${i}` });
  assert.equal(scene.book.accounts.get('ana')?.tools.size, 8);
});

test('a shape is bounded, the same for the same arguments, and holds nothing they say', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (args) => {
      const shape = shapeOf(args as Json);
      assert.ok(shape.names.length <= 50 && shape.names.length === shape.kinds.length);
      assert.ok(
        shape.kinds.every((kind) => /^[a-z][a-z\d|-]*$/.test(kind) && kind.length <= 40),
        shape.kinds.join(' '),
      );
      const reversed = Object.fromEntries(Object.entries(args).reverse());
      assert.deepEqual(shapeOf(reversed as Json), shape);
    }),
  );
});
