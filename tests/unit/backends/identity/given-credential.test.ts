import assert from 'node:assert/strict';
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CredentialFile, fixedCredential, takeCredential } from '../../../../backends/identity/given-credential.ts';
import { FakeClock } from '../../../support/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

function scene(t: TestContext) {
  const path = join(temporaryFolder(t), 'token');
  const clock = new FakeClock();
  const said: string[] = [];
  const learnt: string[] = [];
  const log = {
    write: (_level: string, _event: string, fields: object = {}) => void said.push(JSON.stringify(fields)),
  };
  const put = (text: string) => {
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  return { path, clock, said, learnt, put, file: new CredentialFile(path, clock, log, (some) => learnt.push(...some)) };
}

test('the variables are taken out of the environment, however they are spelt', () => {
  const env = { SALLYPORT_TOKEN: 'a', SALLYPORT_TOKEN_FILE: '', sallyport_token_other: 'b', SALLYPORT_CONFIG: 'c' };
  assert.deepEqual(takeCredential(env), { text: 'a', file: undefined });
  assert.deepEqual(env, { SALLYPORT_CONFIG: 'c' });
});

test('a credential of a variable never becomes another one', () => {
  const given = fixedCredential('a');
  assert.deepEqual([given.read(false), given.read(true)], ['a', undefined]);
});

test('a file is read once, and again when it was written anew', async (t) => {
  const { file, put, clock, learnt } = scene(t);
  put('first\n');
  assert.equal(await file.read(false), 'first');
  assert.equal(file.read(false), 'first', 'at once');
  put('second');
  assert.equal(file.read(false), 'first', 'it was looked at a moment ago');
  assert.equal(await file.read(true), 'second', 'who needs a newer one has it at once');
  assert.equal(file.read(true), undefined, 'there is none that is newer');
  put('third');
  clock.pass(1000);
  assert.equal(await file.read(false), 'third');
  assert.deepEqual(learnt, ['first', 'second', 'third'], 'each is masked in the log');
});

test('a file that is gone, or that others can read, proves nobody any more, and that is said once', async (t) => {
  const { file, put, clock, said, path } = scene(t);
  put('first');
  assert.equal(await file.read(false), 'first');
  chmodSync(path, 0o644);
  put('second');
  chmodSync(path, 0o644);
  assert.equal(await file.read(true), undefined);
  rmSync(path);
  for (let i = 0; i < 3; i++) {
    clock.pass(1000);
    assert.equal(await file.read(false), undefined);
  }
  assert.equal(said.length, 1);
  assert.ok(!said.join().includes('second'));
  put('third');
  clock.pass(1000);
  assert.equal(await file.read(false), 'third');
});
