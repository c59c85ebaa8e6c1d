import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Keyring } from '../../../backends/registry/keyring.ts';
import { LockfileFault } from '../../../lib/registry/lockfile-fault.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('the key is made when it is first needed, for its owner alone, and stays the same', (t) => {
  const folder = join(temporaryFolder(t), 'sallyport');
  const keyring = new Keyring(join(folder, 'sallyport.yaml'));
  assert.equal(keyring.existing(), undefined);
  assert.ok(!existsSync(folder));
  const { id } = keyring.own();
  assert.equal(keyring.own().id, id);
  assert.equal(new Keyring(join(folder, 'sallyport.yaml')).existing()?.id, id);
  assert.deepEqual(readdirSync(folder), ['registry.key']);
  assert.equal(statSync(join(folder, 'registry.key')).mode & 0o777, 0o600);
});

test('a key others can read, and a file that is no key, seal nothing', { skip: process.platform === 'win32' }, (t) => {
  const folder = temporaryFolder(t);
  const keyring = new Keyring(join(folder, 'sallyport.yaml'));
  keyring.own();
  const path = join(folder, 'registry.key');
  const isFault = (error: unknown) => error instanceof LockfileFault && error.code === 'SP4012' && error.where === path;
  chmodSync(path, 0o644);
  assert.throws(() => keyring.existing(), isFault);
  assert.throws(() => keyring.own(), isFault);
  chmodSync(path, 0o600);
  writeFileSync(path, 'no key\n');
  assert.throws(() => keyring.own(), isFault);
});
