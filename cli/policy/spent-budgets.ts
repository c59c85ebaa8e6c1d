import type { BudgetUse } from '../../lib/model/budget-use.ts';
import type { WatchedAudit } from '../../lib/observe/watched-audit.ts';

/** Holders whose period is remembered; beyond, the one that warned first may be told of twice. */
const MOST_REMEMBERED = 10_000;

/** Tells those who watch of every use, and the log of the first in a period that reaches `warn_at`. */
export function tellOfBudgets(audit: () => WatchedAudit, turn: (work: () => void) => void): (use: BudgetUse) => void {
  const warned = new Map<string, number>();
  return (use) => {
    const { budget, holder, share, warns, resetsAtMs } = use;
    audit().spent(use);
    if (!warns) return;
    const key = JSON.stringify([budget, holder]);
    if (warned.get(key) === resetsAtMs) return;
    warned.delete(key);
    warned.set(key, resetsAtMs);
    if (warned.size > MOST_REMEMBERED) warned.delete(warned.keys().next().value!);
    const percent = Math.floor(share * 100);
    turn(() => audit().event('budget_warned', { budget, holder, percent, resets: new Date(resetsAtMs).toISOString() }));
  };
}
