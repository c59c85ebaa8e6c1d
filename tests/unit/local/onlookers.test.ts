import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { beginWatching, isSomebodyWatching } from '../../../backends/local/onlookers.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('who looks is known of for as long as they do, and leaves no folder behind', (t) => {
  const folder = join(temporaryFolder(t), 'state', 'run');
  assert.equal(isSomebodyWatching(folder), false);
  const end = beginWatching(folder);
  assert.equal(isSomebodyWatching(folder), true);
  end();
  assert.equal(isSomebodyWatching(folder), false);
  assert.equal(existsSync(folder), false);
});

test('nobody is taken for looking who was killed, or whose number somebody else has by now', async (t) => {
  const folder = temporaryFolder(t);
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  for (const name of [`${child.pid}-1.watching`, `${process.pid}-1.watching`, 'x-1.watching']) {
    writeFileSync(join(folder, name), '');
  }
  assert.equal(isSomebodyWatching(folder), process.platform !== 'linux');
  assert.ok(!readdirSync(folder).includes(`${child.pid}-1.watching`));
  assert.ok(readdirSync(folder).includes('x-1.watching'), 'what is not of this kind stays');
});

test('root makes nothing where another user keeps their sockets', { skip: process.getuid?.() !== 0 }, (t) => {
  const state = join(temporaryFolder(t), 'state');
  mkdirSync(state);
  chownSync(state, 12_345, 12_345);
  assert.throws(() => beginWatching(join(state, 'run')), /belongs to another user/);
  assert.deepEqual(readdirSync(state), []);
});
