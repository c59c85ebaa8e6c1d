import { appendFileSync } from 'node:fs';
import { BudgetFile } from '../../../backends/budget-file.ts';
import { systemClock } from '../../../lib/model/clock.ts';

/**
 * A gateway that reserves until it is refused, writing one byte to its own file for each grant. Some it settles as used,
 * some it gives back.
 * Arguments: folder of the store, file for the grants, limit, bytes after which the journal begins anew, which are given
 * back (every n-th; 0 for none).
 */
const [dir, grants, limit, mostBytes, giveBack] = process.argv.slice(2);
const slot = { key: 'shared', limit: Number(limit), windowMs: 86_400_000 * 365 };
const store = new BudgetFile(dir!, systemClock, Number(mostBytes));
for (let count = 1; ; count++) {
  const { granted } = store.reserve(slot, `call-${count}`, 1);
  if (!granted) break;
  if (Number(giveBack) > 0 && count % Number(giveBack) === 0) store.settle(slot, `call-${count}`, 0);
  else {
    appendFileSync(grants!, '+');
    store.settle(slot, `call-${count}`, 1);
  }
}
