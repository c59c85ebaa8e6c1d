import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openApprovalFiles } from '../../../backends/approvals/approval-files.ts';
import { ApprovalsScene, answerOf, takenBy } from '../../support/approvals/approvals-scene.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';

const CHILD = fileURLToPath(new URL('../../support/approvals/approvals-child.js', import.meta.url));
const PROCESSES = 3;
const GRANTS = 60;

async function child(t: TestContext, dir: string, used: string): Promise<ChildProcess> {
  const started = fork(CHILD, [dir, used]);
  endWith(t, async () => {
    if (started.exitCode === null && started.signalCode === null) {
      started.kill('SIGKILL');
      await once(started, 'exit');
    }
  });
  await once(started, 'message');
  return started;
}

test('of processes that take the same grants at once, each grant is used by one', async (t) => {
  const dir = temporaryFolder(t);
  const { store } = openApprovalFiles(dir, { write: () => {} });
  const names = Array.from(
    { length: GRANTS },
    () => `once-${randomBytes(12).toString('hex')}-${randomBytes(9).toString('hex')}`,
  );
  for (const name of names) store.keepGrant(name, 'a grant');
  const files = Array.from({ length: PROCESSES }, (_, index) => join(dir, `used-${index}`));
  const children = await Promise.all(files.map((file) => child(t, dir, file)));
  const ends = children.map((one) => once(one, 'exit'));
  for (const one of children) one.send('go');
  assert.deepEqual(
    (await Promise.all(ends)).map(([code]) => code),
    Array(PROCESSES).fill(0),
  );
  const used = files.flatMap((file) => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []));
  assert.deepEqual(used.toSorted(), names.toSorted());
});

test('a request of a process that was killed is taken over by one of those that come after', async (t) => {
  const dir = temporaryFolder(t);
  const files = openApprovalFiles(dir, { write: () => {} });
  const before = new ApprovalsScene(files);
  const dead = await child(t, dir, join(dir, 'unused'));
  before.seek();
  const [pending] = before.desk.pending();
  // What this process has is renamed to what the other one had, which is killed.
  const folder = join(dir, 'approvals');
  const name = readdirSync(folder).find((one) => one.endsWith('.pending'))!;
  const started = /-(\d+)\.pending$/.exec(name)![1]!;
  renameSync(join(folder, name), join(folder, `${pending!.id}.${dead.pid}-${started}.pending`));
  const exit = once(dead, 'exit');
  dead.kill('SIGKILL');
  await exit;
  const [one, two] = [0, 1].map(
    () => new ApprovalsScene({ ...openApprovalFiles(dir, { write: () => {} }), clock: before.clock }),
  );
  assert.deepEqual([one!.desk.pending().length, two!.desk.pending().length], [1, 0], 'one of them has it');
  assert.equal(one!.desk.answer(pending!.id, answerOf()), undefined);
  assert.equal(takenBy(two!.seek()), 'made', 'the other one can make the call');
});
