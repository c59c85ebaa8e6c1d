import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ATTEMPTS, type ProofGround, proofCommand, proofOf } from '../../../backends/sandbox/proof.ts';
import { temporaryFolder } from '../../support/folder.ts';

const POSIX = process.platform === 'win32' ? 'there is no shell' : false;

function groundOf(t: TestContext): ProofGround & { readonly root: string } {
  const root = temporaryFolder(t);
  for (const folder of ['.ssh', 'empty', 'outside']) mkdirSync(join(root, folder));
  writeFileSync(join(root, '.ssh/id'), 'a secret key');
  writeFileSync(join(root, '.netrc'), 'password');
  writeFileSync(join(root, '.npmrc'), '');
  const secret = ['.ssh', 'empty', '.netrc', '.npmrc', 'none'].map((name) => join(root, name));
  return { root, home: root, secret, outside: [join(root, 'outside')], nonce: String(randomUUID()).replace(/\D/g, '') };
}

/** A PATH with what the attempts need but Perl, by which they would connect to other machines. */
function withoutPerl(root: string): string {
  mkdirSync(join(root, 'bin'));
  for (const name of ['ls', 'head', 'grep', 'touch', 'setsid', 'sleep']) {
    const found = spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    if (found !== '') symlinkSync(found, join(root, 'bin', name));
  }
  return join(root, 'bin');
}

const printed = (...words: readonly string[]) => words.map((word) => `proof:${word}\n`).join('');

test('only what holds something is tried, and words come as arguments of their own', (t) => {
  const ground = groundOf(t);
  const [file, c, script, ...rest] = proofCommand(ground);
  assert.deepEqual([file, c, rest[0]], ['/bin/sh', '-c', 'proof']);
  assert.ok(!script!.includes(ground.root));
  assert.deepEqual(rest.slice(4), [
    'secret',
    join(ground.root, '.ssh'),
    'secret',
    join(ground.root, '.netrc'),
    'outside',
    join(ground.root, 'outside'),
  ]);
});

test('of what was not said nothing is claimed', async (t) => {
  const proof = await proofOf('a warning of the shell\nproof:\nproof:raw socket:\n', groundOf(t));
  assert.deepEqual(proof, Object.fromEntries(ATTEMPTS.map((attempt) => [attempt, 'untried'])));
});

test('one way that leads out is enough, whatever the others say', async (t) => {
  const ground = groundOf(t);
  const proof = await proofOf(
    printed(
      'credentials:held',
      'credentials:open',
      'credentials:held',
      'metadata:held',
      'raw socket:held',
      'our process:open',
    ),
    ground,
  );
  assert.deepEqual(
    [proof.credentials, proof.metadata, proof['raw socket'], proof['our process']],
    ['open', 'held', 'held', 'open'],
  );
});

test('what was written is seen outside, whatever was said of it, and is taken away', async (t) => {
  const ground = groundOf(t);
  assert.equal((await proofOf(printed('writing:tried'), ground)).writing, 'held');
  const file = join(ground.outside[0]!, ground.nonce);
  writeFileSync(file, '');
  assert.equal((await proofOf(printed('writing:tried'), ground)).writing, 'open');
  assert.equal(existsSync(file), false);
});

test('a program that goes on after the sandbox is found by its name', {
  skip: process.platform === 'linux' ? false : 'only Linux tells',
}, async (t) => {
  const ground = groundOf(t);
  const daemon = spawn('sleep', [`9${ground.nonce}`], { stdio: 'ignore' });
  t.after(() => daemon.kill('SIGKILL'));
  await once(daemon, 'spawn');
  assert.equal((await proofOf(printed('daemon:tried'), ground)).daemon, 'open');
  daemon.kill('SIGKILL');
  await once(daemon, 'exit');
  assert.equal((await proofOf(printed('daemon:tried'), ground)).daemon, 'held');
});

test('without a sandbox the attempts succeed, so that those that fail in one mean something', {
  skip: POSIX,
}, async (t) => {
  const ground = groundOf(t);
  t.after(() => endSleeper(ground.nonce));
  const [file, ...args] = proofCommand({ ...ground, outside: [join(ground.root, 'outside')] });
  const { stdout, status } = spawnSync(file, args, { encoding: 'utf8', env: { PATH: withoutPerl(ground.root) } });
  assert.equal(status, 0);
  const { credentials, writing } = await proofOf(stdout, { ...ground, nonce: ground.nonce });
  assert.deepEqual([credentials, writing], ['open', 'open']);
});

/** The program that stays is found by its number, which nobody else has. */
function endSleeper(nonce: string): void {
  const { stdout } = spawnSync('pgrep', ['-f', `^sleep 9${nonce}$`], { encoding: 'utf8' });
  for (const pid of stdout.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
}
