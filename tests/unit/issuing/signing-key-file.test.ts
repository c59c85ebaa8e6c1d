import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KeyFileFault, SigningKeyFile } from '../../../backends/issuing/signing-key-file.ts';
import { newKeyPem } from '../../../lib/issuing/signing-keys.ts';
import { temporaryFolder } from '../../support/folder.ts';

const clock = { ms: 0, monotonic: () => clock.ms };

test('a key is made at the first use, for its owner alone, and stays the same', (t) => {
  const path = join(temporaryFolder(t), 'keys', 'signing.pem');
  const file = new SigningKeyFile(path, clock);
  assert.equal(file.existing(), undefined);
  const { kid } = file.signingKey();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(join(path, '..')), ['signing.pem']);
  assert.equal(new SigningKeyFile(path, clock).own().newest.kid, kid);
});

test('a key that others can use signs nothing', (t) => {
  const path = join(temporaryFolder(t), 'signing.pem');
  writeFileSync(path, newKeyPem(), { mode: 0o600 });
  chmodSync(path, 0o640);
  assert.throws(() => new SigningKeyFile(path, clock).signingKey(), KeyFileFault);
});

test('what is in a file that cannot be used is not told', (t) => {
  const path = join(temporaryFolder(t), 'signing.pem');
  writeFileSync(path, 'my-other-secret', { mode: 0o600 });
  assert.throws(
    () => new SigningKeyFile(path, clock).signingKey(),
    (error: Error) => error instanceof KeyFileFault && !error.message.includes('secret'),
  );
});

test('a rotated key signs within a second, and the old one stays in the key set', (t) => {
  const path = join(temporaryFolder(t), 'signing.pem');
  const running = new SigningKeyFile(path, clock);
  const old = running.signingKey().kid;
  const rotated = new SigningKeyFile(path, clock).rotate(1);
  assert.deepEqual(rotated.all[1]!.kid, old);
  assert.equal(readFileSync(path, 'utf8').match(/BEGIN/g)!.length, 2);
  clock.ms += 1000;
  assert.equal(running.signingKey().kid, rotated.newest.kid);
});

test('a file that goes bad while the gateway runs leaves the last key in force', (t) => {
  const path = join(temporaryFolder(t), 'signing.pem');
  const running = new SigningKeyFile(path, clock);
  const { kid } = running.signingKey();
  writeFileSync(path, 'nothing');
  clock.ms += 1000;
  assert.equal(running.signingKey().kid, kid);
});

test('a folder that cannot be made is said', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a', 'b'), '');
  assert.throws(() => new SigningKeyFile(join(folder, 'a', 'b', 'signing.pem'), clock).own());
});
