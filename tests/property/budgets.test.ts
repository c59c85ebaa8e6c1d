import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { BudgetFile } from '../../backends/budget-file.ts';
import type { BudgetSlot, BudgetStore, BudgetTake } from '../../lib/model/budget-store.ts';
import { BudgetMemory } from '../../lib/quota/budget-memory.ts';
import { FakeClock } from '../support/clock.ts';

const WINDOW_MS = 1000;
const LIMIT = 20;

type Step =
  | { readonly reserve: number; readonly store: number; readonly key: string }
  | { readonly settle: number; readonly which: number }
  | { readonly passMs: number }
  | { readonly jumpMs: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        reserve: fc.integer({ min: 0, max: 8 }),
        store: fc.nat(2),
        key: fc.constantFrom('a', 'b'),
      }),
    },
    { weight: 4, arbitrary: fc.record({ settle: fc.integer({ min: 0, max: 12 }), which: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ passMs: fc.integer({ min: 0, max: 1500 }) }) },
    { weight: 1, arbitrary: fc.record({ jumpMs: fc.integer({ min: -5000, max: 5000 }) }) },
  ),
  { maxLength: 60 },
);

interface Open {
  readonly store: BudgetStore;
  readonly slot: BudgetSlot;
  readonly holder: string;
  readonly amount: number;
}

/** Plays the steps on stores that share their budgets, and asserts after each what must always hold. */
function play(stores: readonly BudgetStore[], clock: FakeClock, all: readonly Step[]): void {
  const open: Open[] = [];
  const granted = new Map<string, number>();
  let count = 0;
  for (const step of all) {
    if ('passMs' in step) clock.pass(step.passMs);
    else if ('jumpMs' in step) clock.jump(step.jumpMs);
    else if ('reserve' in step) {
      const slot = { key: step.key, limit: LIMIT, windowMs: WINDOW_MS };
      const store = stores[step.store % stores.length]!;
      const holder = `call-${count++}`;
      const before = (store.look(slot) as BudgetTake).used;
      const take = store.reserve(slot, holder, step.reserve) as BudgetTake;
      assert.equal(take.granted, before + step.reserve <= LIMIT);
      assert.equal(take.used, take.granted ? before + step.reserve : before);
      if (take.granted) {
        open.push({ store, slot, holder, amount: step.reserve });
        const period = `${step.key} ${take.resetsAtMs}`;
        granted.set(period, (granted.get(period) ?? 0) + 1);
      }
    } else if (open.length > 0) {
      const [{ store, slot, holder, amount }] = open.splice(step.which % open.length, 1) as [Open];
      const before = (store.look(slot) as BudgetTake).used;
      store.settle(slot, holder, step.settle);
      store.settle(slot, holder, step.settle);
      const after = (store.look(slot) as BudgetTake).used;
      assert.ok(after >= 0, 'never negative');
      assert.ok(after === before + step.settle - amount || after === before + Math.max(0, step.settle - amount));
    }
    for (const key of ['a', 'b']) {
      const seen = stores.map((store) => store.look({ key, limit: LIMIT, windowMs: WINDOW_MS }));
      for (const one of seen) assert.deepEqual(one, seen[0], 'all stores agree');
    }
  }
}

test('a budget in memory is never negative, never exceeded by a reservation, and settled once', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const clock = new FakeClock();
      play([new BudgetMemory(clock)], clock, all);
    }),
    { numRuns: 500 },
  );
});

test('stores that share a folder agree at every step, also while the journal begins anew', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
      const clock = new FakeClock();
      const stores = [0, 1, 2].map(() => new BudgetFile(dir, clock, 700));
      try {
        play(stores, clock, all);
      } finally {
        for (const store of stores) store.close();
        rmSync(dir, { recursive: true });
      }
    }),
    { numRuns: 60 },
  );
});

test('the time of day set back and forth never opens a period a second time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3000, max: 3000 }), { maxLength: 40 }), (jumps) => {
      const clock = new FakeClock();
      const store = new BudgetMemory(clock);
      const slot = { key: 'a', limit: 2, windowMs: WINDOW_MS };
      const granted = new Map<number, number>();
      for (const [index, jump] of jumps.entries()) {
        clock.jump(jump);
        const take = store.reserve(slot, `call-${index}`, 1);
        if (take.granted) granted.set(take.resetsAtMs, (granted.get(take.resetsAtMs) ?? 0) + 1);
      }
      for (const count of granted.values()) assert.ok(count <= 2);
    }),
    { numRuns: 200 },
  );
});

test('a budget whose limit is changed goes on from what is used, one whose period is changed starts anew', () => {
  const clock = new FakeClock();
  const store = new BudgetMemory(clock);
  const slot = { key: 'a', limit: 2, windowMs: WINDOW_MS };
  store.reserve(slot, 'one', 2);
  assert.equal(store.reserve({ ...slot, limit: 3 }, 'two', 1).used, 3);
  assert.equal(store.reserve({ ...slot, windowMs: 5000 }, 'three', 1).used, 1);
});
