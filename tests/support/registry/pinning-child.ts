import { LockStore } from '../../../backends/registry/lock-store.ts';
import { withAgreed } from '../../../lib/registry/approving.ts';
import { section, tool } from './offered-items.ts';

/**
 * A process that pins one tool after the other, each by a change of its own, in one backend all share and in one of its
 * own, and writes a byte to standard output after each. Arguments: lockfile, its name, how many.
 */
const [path, name, count] = process.argv.slice(2);
const store = new LockStore(path!);
for (let i = 0; i < Number(count); i++) {
  const { launch, server } = section([]);
  const agreed = {
    items: [tool(`${name}-${i}`)],
    removed: [],
    launch,
    server,
    approved: { by: name!, at: '2026-01-02T03:04:05Z' },
  };
  await store.update(
    new Map([
      ['shared', (before) => withAgreed(before, agreed)],
      [`of-${name}`, (before) => withAgreed(before, agreed)],
    ]),
  );
  process.stdout.write('.');
}
