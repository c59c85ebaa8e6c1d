import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellOfBudgets } from '../../../cli/policy/spent-budgets.ts';
import type { BudgetUse } from '../../../lib/model/budget-use.ts';
import { WatchedAudit } from '../../../lib/observe/watched-audit.ts';
import { AuditProbe } from '../../support/audit/audit-probe.ts';

const use = (share: number, parts: Partial<BudgetUse> = {}): BudgetUse => ({
  budget: 'daily',
  holder: 'global',
  unit: 'calls',
  used: 100 * share,
  share,
  warns: share >= 0.8,
  resetsAtMs: 1000,
  ...parts,
});

test('the log is told of a budget once a period and holder, and those who watch of every use', () => {
  const probe = new AuditProbe();
  const audit = new WatchedAudit(probe);
  const seen: number[] = [];
  audit.watch({ spent: ({ share }) => void seen.push(share) });
  const tell = tellOfBudgets(
    () => audit,
    (work) => work(),
  );
  for (const share of [0.5, 0.8, 0.9, 1]) tell(use(share));
  assert.deepEqual(probe.told, ['budget_warned']);
  tell(use(0.9, { holder: 'tenant:a' }));
  tell(use(0.9, { resetsAtMs: 2000 }));
  tell(use(0.95, { resetsAtMs: 2000 }));
  assert.equal(probe.told.length, 3);
  assert.equal(seen.length, 7);
});

test('holders without end are not all remembered: the one that warned first is forgotten first', () => {
  const probe = new AuditProbe();
  const audit = new WatchedAudit(probe);
  const tell = tellOfBudgets(
    () => audit,
    (work) => work(),
  );
  for (let i = 0; i <= 10_000; i++) tell(use(1, { holder: `client:${i}` }));
  const told = probe.told.length;
  tell(use(1, { holder: 'client:1' }));
  assert.equal(probe.told.length, told, 'it is remembered');
  tell(use(1, { holder: 'client:0' }));
  assert.equal(probe.told.length, told + 1, 'it is forgotten');
});
