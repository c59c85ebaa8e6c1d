import { appendFileSync } from 'node:fs';
import { openApprovalFiles } from '../../../backends/approvals/approval-files.ts';

/**
 * A gateway that uses up every grant it can of those in the store, over and over until there are none, and writes the name of
 * each to its own file. Arguments: folder of the state, file for the names. It begins when it is sent anything.
 */
const [dir, used] = process.argv.slice(2);
const { store } = openApprovalFiles(dir!, { write: () => {} });
process.once('message', () => {
  for (;;) {
    const names = store.grants('once-');
    if (names.length === 0) break;
    for (const name of names) if (store.useUp(name)) appendFileSync(used!, `${name}\n`);
  }
  process.disconnect();
});
process.send!('ready');
