import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { announce, announcedIn, ownProcess, socketOf, withdraw } from '../../../backends/local/announced.ts';
import { makeRunFolder, ownerOfRunFolder, runFolderOf } from '../../../backends/local/run-folder.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('a gateway is found while it runs and not after it has left', (t) => {
  const folder = makeRunFolder(join(temporaryFolder(t), 'run'));
  const own = ownProcess();
  const client = { pid: 7, start: '70' };
  announce(folder, { ...own, mode: 'wrap', client });
  assert.deepEqual(announcedIn(folder), [{ ...own, mode: 'wrap', client, socket: socketOf(folder, own) }]);
  withdraw(folder, own);
  assert.deepEqual(announcedIn(folder), []);
  assert.equal(existsSync(folder), false);
});

test('what a killed gateway left is taken away, also when its number is somebody else now', (t) => {
  const folder = makeRunFolder(join(temporaryFolder(t), 'run'));
  const own = ownProcess();
  announce(folder, { ...own, mode: 'run', client: undefined });
  for (const name of ['999999999-5', `${process.pid}-1`]) {
    for (const end of ['json', 'sock']) writeFileSync(join(folder, `${name}.${end}`), '{"version":1,"mode":"run"}');
  }
  writeFileSync(join(folder, 'something else'), '');
  const found = announcedIn(folder);
  assert.deepEqual(
    found.map(({ start }) => start),
    [own.start],
  );
  if (process.platform === 'linux') {
    assert.deepEqual(readdirSync(folder).sort(), [`${own.pid}-${own.start}.json`, 'something else']);
  }
});

test('a file that says nothing sensible is no gateway', (t) => {
  const folder = makeRunFolder(join(temporaryFolder(t), 'run'));
  const { pid, start } = ownProcess();
  for (const text of [
    '',
    '{',
    '[]',
    '{"version":2,"mode":"run"}',
    '{"version":1,"mode":"rm"}',
    `"${'x'.repeat(5000)}"`,
  ]) {
    writeFileSync(join(folder, `${pid}-${start}.json`), text);
    assert.deepEqual(announcedIn(folder), [], text);
  }
});

test('a folder others can enter is closed when it is ours, and is not believed by those who look', (t) => {
  const folder = join(temporaryFolder(t), 'run');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  assert.equal(ownerOfRunFolder(folder), undefined);
  makeRunFolder(folder);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(ownerOfRunFolder(folder), process.getuid?.());
});

test('a link, a file and a folder of somebody else are no place for a socket', (t) => {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'real'), { mode: 0o700 });
  symlinkSync(join(home, 'real'), join(home, 'link'));
  assert.throws(() => makeRunFolder(join(home, 'link')), /is no folder/);
  assert.equal(ownerOfRunFolder(join(home, 'link')), undefined);
  writeFileSync(join(home, 'file'), '');
  assert.throws(() => makeRunFolder(join(home, 'file')));
  assert.equal(ownerOfRunFolder(join(home, 'nothing')), undefined);
});

test('a path too long for a socket gets a folder of its own elsewhere, always the same', () => {
  assert.equal(runFolderOf('/home/ana/.local/state/sallyport', '/tmp/s-1000'), '/home/ana/.local/state/sallyport/run');
  const long = `/home/${'x'.repeat(90)}/state`;
  const folder = runFolderOf(long, '/tmp/s-1000');
  assert.match(folder, /^\/tmp\/s-1000\/run-[0-9a-f]{12}$/);
  assert.equal(runFolderOf(long, '/tmp/s-1000'), folder);
  assert.notEqual(runFolderOf(`${long}2`, '/tmp/s-1000'), folder);
});
