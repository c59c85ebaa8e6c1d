import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openApprovalFiles } from '../../../backends/approvals/approval-files.ts';
import type { Log } from '../../../lib/model/log.ts';
import { ApprovalsScene, answerOf, soughtFor, takenBy } from '../../support/approvals/approvals-scene.ts';
import { temporaryFolder } from '../../support/folder.ts';

const SILENT: Log = { write: () => {} };

function sceneOn(dir: string, clock?: ApprovalsScene['clock']): ApprovalsScene {
  return new ApprovalsScene({ ...openApprovalFiles(dir, SILENT), ...(clock === undefined ? {} : { clock }) });
}

/** A folder in which an agreement to the usual call waits. */
function withGrant(t: TestContext): { readonly dir: string; readonly scene: ApprovalsScene; readonly file: string } {
  const dir = temporaryFolder(t);
  const scene = sceneOn(dir);
  scene.seek();
  scene.pass(55_000);
  scene.desk.answer(scene.desk.pending()[0]!.id, answerOf());
  const name = readdirSync(join(dir, 'approvals')).find((one) => one.endsWith('.grant'))!;
  return { dir, scene, file: join(dir, 'approvals', name) };
}

test('everything is for its owner alone', (t) => {
  const { dir } = withGrant(t);
  const folder = join(dir, 'approvals');
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
});

test('an agreement waits for the next process', (t) => {
  const { dir, scene } = withGrant(t);
  const next = sceneOn(dir, scene.clock);
  assert.equal(takenBy(next.seek()), 'made');
  assert.equal(takenBy(scene.seek()), 'waits', 'and is gone for this one');
});

test('of two processes that make the call at once, one does', (t) => {
  const { dir, scene } = withGrant(t);
  const other = sceneOn(dir, scene.clock);
  const [one, two] = [scene.seek(), other.seek()];
  assert.ok('agreement' in one.heard[0]! && 'agreement' in two.heard[0]!);
  assert.deepEqual([takenBy(two), takenBy(one)], ['made', 'SP6006']);
  assert.equal(scene.events('approval_refused').at(-1)?.why, 'used');
});

test('a grant that was used and is put back is known', (t) => {
  const { scene, file } = withGrant(t);
  copyFileSync(file, `${file}.aside`);
  assert.equal(takenBy(scene.seek()), 'made');
  copyFileSync(`${file}.aside`, file);
  assert.equal(takenBy(scene.seek()), 'SP6006');
  assert.equal(scene.events('approval_refused').at(-1)?.why, 'used');
  assert.equal(takenBy(scene.seek()), 'waits', 'and a person is asked anew');
});

test('what was pending when a process died is listed by the next one, and an agreement waits for the call', (t) => {
  const dir = temporaryFolder(t);
  const before = sceneOn(dir);
  before.seek();
  const [pending] = before.desk.pending();
  const folder = join(dir, 'approvals');
  const name = readdirSync(folder).find((one) => one.endsWith('.pending'))!;
  assert.equal(sceneOn(dir, before.clock).desk.pending().length, 0, 'its process lives');
  // As if it had been written by a process that is gone.
  copyFileSync(join(folder, name), join(folder, `${pending!.id}.4194305-1.pending`));
  const after = sceneOn(dir, before.clock);
  const kept = JSON.parse(JSON.stringify({ ...pending, calls: 0, scopes: ['once', 'time'] }));
  assert.deepEqual(after.desk.pending(), [kept]);
  assert.equal(after.desk.answer(pending!.id, answerOf()), undefined);
  assert.equal(takenBy(after.seek()), 'made');
  assert.deepEqual(after.desk.pending(), []);
});

test('a pending request that was altered, was renamed, is of another policy or has run out is not listed', (t) => {
  const dir = temporaryFolder(t);
  const before = sceneOn(dir);
  before.seek();
  const folder = join(dir, 'approvals');
  const name = readdirSync(folder).find((one) => one.endsWith('.pending'))!;
  const text = readFileSync(join(folder, name), 'utf8');
  const { id } = before.desk.pending()[0]!;
  const listed = (left: string, asId = id, revision = 'test') => {
    writeFileSync(join(folder, `${asId}.4194305-1.pending`), left);
    const files = openApprovalFiles(dir, SILENT);
    return new ApprovalsScene({ ...files, clock: before.clock, revision }).desk.pending().length;
  };
  const changed = text.replace('"files/read"', '"files/list"');
  assert.notEqual(changed, text);
  assert.deepEqual([listed(text, 'ZZZZ'), listed(changed), listed('nonsense'), listed(text, id, 'next')], [0, 0, 0, 0]);
  assert.equal(listed(text), 1, 'as it was');
  before.clock.pass(700_000);
  assert.equal(listed(text), 0, 'too late');
});

test('files nobody can use any more are taken away', (t) => {
  const { dir, file } = withGrant(t);
  const old = new Date(Date.now() - 72 * 3_600_000);
  utimesSync(file, old, old);
  const key = join(dir, 'approvals', 'key');
  utimesSync(key, old, old);
  openApprovalFiles(dir, SILENT);
  assert.equal(existsSync(file), false);
  assert.equal(existsSync(key), true);
});

test('where nothing can be written all is kept in memory, and said once', (t) => {
  const dir = temporaryFolder(t);
  const said: string[] = [];
  const log: Log = { write: (_level, event) => void said.push(event) };
  const { key, store } = openApprovalFiles(dir, log);
  // As on a disk that can only be read, for whoever runs the tests.
  rmSync(join(dir, 'approvals'), { recursive: true });
  const scene = new ApprovalsScene({ key, store });
  scene.seek();
  scene.pass(55_000);
  scene.desk.answer(scene.desk.pending()[0]!.id, answerOf());
  assert.equal(takenBy(scene.seek()), 'made');
  assert.equal(takenBy(scene.seek()), 'waits');
  assert.deepEqual(said, ['approvals_not_kept']);
});

test('a state folder that is a file, or a key that is none, leaves approvals in memory', (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'file'), '');
  const said: string[] = [];
  const log: Log = { write: (_level, event) => void said.push(event) };
  for (const place of [join(dir, 'file'), dir]) {
    if (place === dir) {
      openApprovalFiles(dir, SILENT);
      writeFileSync(join(dir, 'approvals', 'key'), 'short\n', { mode: 0o600 });
    }
    const scene = new ApprovalsScene(openApprovalFiles(place, log));
    const call = scene.seek(soughtFor());
    scene.desk.answer(scene.desk.pending()[0]!.id, answerOf());
    assert.equal(takenBy(call), 'made');
  }
  assert.deepEqual(said, ['approvals_not_kept', 'approvals_not_kept']);
});
