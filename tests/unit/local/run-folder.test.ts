import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRunFolderOf, ownerOfRunFolder } from '../../../backends/local/run-folder.ts';
import { temporaryFolder } from '../../support/folder.ts';

const NEEDED = { skip: process.platform === 'win32' };

test('gateways are looked for in folders of our own, and root looks where it was told', NEEDED, (t) => {
  const dir = temporaryFolder(t);
  const folder = join(dir, 'run');
  mkdirSync(folder, { mode: 0o700 });
  const owner = ownerOfRunFolder(folder)!;
  const elsewhere = join(dir, 'elsewhere');
  assert.equal(isRunFolderOf(owner, folder, elsewhere), true);
  assert.equal(isRunFolderOf(owner + 1000, folder, elsewhere), false, 'of another user');
  if (owner === 0) chownSync(folder, 65534, 65534);
  assert.equal(isRunFolderOf(0, folder, elsewhere), true, 'root, by the state folder');
  assert.equal(isRunFolderOf(0, folder, dir), false, 'root, below the temporary folder');
});

test('a folder others can enter, and a link, hold no gateways', NEEDED, (t) => {
  const dir = temporaryFolder(t);
  const folder = join(dir, 'run');
  mkdirSync(folder, { mode: 0o700 });
  symlinkSync(folder, join(dir, 'link'));
  const own = process.getuid!();
  assert.equal(isRunFolderOf(own, join(dir, 'link'), dir), false);
  assert.equal(isRunFolderOf(own, join(dir, 'none'), dir), false);
  chmodSync(folder, 0o755);
  assert.equal(isRunFolderOf(own, folder, dir), false);
});
