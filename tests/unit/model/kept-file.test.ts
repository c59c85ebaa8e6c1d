import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keepFile, keptFile } from '../../../lib/model/kept-file.ts';
import { temporaryFolder } from '../../support/folder.ts';

const BODY = Buffer.from('what can be made anew');
const WITH_MODES = { skip: process.getuid === undefined && 'needs modes of files' };

/** A file that is kept, in a folder of its own. */
function kept(t: TestContext): string {
  const path = join(temporaryFolder(t), 'cache', 'code-1');
  keepFile(path, BODY, 3);
  assert.deepEqual(keptFile(path), BODY);
  return path;
}

test('a file that is cut off, changed anywhere or empty is not what was kept', (t) => {
  const path = kept(t);
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 1;
    writeFileSync(path, changed);
    assert.equal(keptFile(path), undefined, `byte ${at}`);
    writeFileSync(path, whole.subarray(0, at));
    assert.equal(keptFile(path), undefined, `${at} bytes`);
  }
  writeFileSync(path, whole);
  assert.deepEqual(keptFile(path), BODY);
});

test('a file or a folder others may read or write in is not believed', WITH_MODES, (t) => {
  for (const mode of [0o606, 0o660, 0o604, 0o602, 0o640]) {
    const path = kept(t);
    chmodSync(path, mode);
    assert.equal(keptFile(path), undefined, mode.toString(8));
  }
  for (const mode of [0o777, 0o755, 0o770, 0o701]) {
    const path = kept(t);
    chmodSync(join(path, '..'), mode);
    assert.equal(keptFile(path), undefined, mode.toString(8));
    keepFile(path, Buffer.from('other'), 3);
    chmodSync(join(path, '..'), 0o700);
    assert.deepEqual(keptFile(path), BODY, 'nothing is written into it either');
  }
});

test('a file of another user is not believed', WITH_MODES, (t) => {
  const path = kept(t);
  const own = process.getuid!();
  t.mock.method(process as { getuid(): number }, 'getuid', () => own + 1);
  assert.equal(keptFile(path), undefined);
});

test('a link is not followed, neither as the file nor as its folder', WITH_MODES, (t) => {
  const path = kept(t);
  const link = join(path, '..', 'code-2');
  symlinkSync(path, link);
  assert.equal(keptFile(link), undefined);
  const folder = join(path, '..', '..', 'other');
  symlinkSync(join(path, '..'), folder);
  assert.equal(keptFile(join(folder, 'code-1')), undefined);
  keepFile(join(folder, 'code-3'), BODY, 9);
  assert.ok(!existsSync(join(folder, 'code-3')));
});

test('where nothing can be written, nothing is kept and nobody hears of it', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  keepFile(join(file, 'cache', 'code-1'), BODY, 3);
  assert.equal(keptFile(join(file, 'cache', 'code-1')), undefined);
  mkdirSync(join(folder, 'cache', 'code-1'), { recursive: true, mode: 0o700 });
  keepFile(join(folder, 'cache', 'code-1'), BODY, 3);
  assert.deepEqual(readdirSync(join(folder, 'cache')), ['code-1'], 'no draft is left');
});

test('only the newest of a kind stay', (t) => {
  const folder = join(temporaryFolder(t), 'cache');
  keepFile(join(folder, 'config-1'), BODY, 2);
  for (let i = 0; i < 5; i++) keepFile(join(folder, `code-${i}`), BODY, 2);
  const left = readdirSync(folder);
  assert.equal(left.filter((name) => name.startsWith('code-')).length, 2);
  assert.ok(left.includes('config-1'));
});
