import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BudgetUse } from '../../../lib/model/budget-use.ts';
import { SeenBudgets } from '../../../lib/quota/seen-budgets.ts';
import { FakeClock } from '../../support/clock.ts';

const DAY_MS = 86_400_000;

test('what a budget was at last is seen, of each holder, until its period is over', () => {
  const clock = new FakeClock();
  const seen = new SeenBudgets(clock);
  const use = (holder: string, used: number): BudgetUse => {
    const resetsAtMs = clock.now() + DAY_MS;
    return { budget: 'daily', holder, unit: 'usd', used, share: used / 25, warns: false, resetsAtMs };
  };
  for (const used of [1, 2.5]) seen.spent(use('global', used));
  seen.spent(use('tenant:a', 4));
  assert.deepEqual(
    seen.seen.map(({ holder, used }) => [holder, used]),
    [
      ['global', 2.5],
      ['tenant:a', 4],
    ],
  );
  for (let at = 0; at < 500; at++) seen.spent(use(`client:${at}`, 1));
  assert.equal(seen.seen.length, 200);
  clock.pass(DAY_MS);
  assert.deepEqual(seen.seen, []);
});
