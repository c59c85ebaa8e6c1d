import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  linkSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Challenge, claimOf } from '../../../backends/local/challenge.ts';
import { temporaryFolder } from '../../support/folder.ts';

const LINUX = { skip: process.platform !== 'linux' && 'there is no /proc' };

/** Opens and reads a file as another process does, which says its descriptor and lives until the test ends. */
async function holder(
  t: TestContext,
  path: string,
  bytes: number,
): Promise<{ child: ChildProcess; pid: number; fd: number }> {
  const script = `const fs = require('fs');
    const fd = fs.openSync(process.argv[1], 'r');
    fs.readSync(fd, Buffer.alloc(${bytes}), 0, ${bytes}, null);
    console.log(fd); process.stdin.resume();`;
  const child = spawn(process.execPath, ['-e', script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const fd = await new Promise<number>((resolve) => child.stdout.once('data', (data) => resolve(Number(data))));
  return { child, pid: child.pid!, fd };
}

const posed = (t: TestContext) => {
  const folder = realpathSync(temporaryFolder(t));
  const challenge = new Challenge(folder);
  return { folder, challenge, path: join(folder, challenge.posed.file), read: challenge.posed.read };
};
const unproven = async (judged: ReturnType<Challenge['judge']>) => {
  const said = await judged;
  assert.ok('unproven' in said, 'it was proven');
  return said.unproven;
};

test(
  'a process that holds the file open, read as far as was asked, is proven; nothing is left behind',
  LINUX,
  async (t) => {
    const { folder, challenge, path, read } = posed(t);
    const { pid, fd } = await holder(t, path, read);
    const peer = await challenge.judge({ pid, fd });
    assert.ok('facts' in peer);
    assert.equal(peer.facts.pid, pid);
    assert.equal(peer.facts.uid, process.getuid!());
    assert.ok(peer.ancestors?.some((above) => above.pid === process.pid));
    assert.deepEqual(readdirSync(folder), []);
  },
);

test('the number of another process proves nothing', LINUX, async (t) => {
  const { challenge, path, read } = posed(t);
  const { fd } = await holder(t, path, read);
  assert.match(await unproven(challenge.judge({ pid: process.pid, fd })), /does not hold the file|ENOENT/);
});

test('a process that has the file open without having been told how far to read proves nothing', LINUX, async (t) => {
  const { challenge, path, read } = posed(t);
  const { pid, fd } = await holder(t, path, read + 1);
  assert.match(await unproven(challenge.judge({ pid, fd })), /not read as far/);
});

test(
  'a file put in the place of the one that was made, a link to it and another name of it prove nothing',
  LINUX,
  async (t) => {
    const other = posed(t);
    renameSync(other.path, `${other.path}.kept`);
    writeFileSync(other.path, '.'.repeat(4096));
    const stranger = await holder(t, other.path, other.read);
    assert.match(await unproven(other.challenge.judge(stranger)), /another file/);

    const linked = posed(t);
    const elsewhere = join(linked.folder, 'elsewhere');
    renameSync(linked.path, elsewhere);
    symlinkSync(elsewhere, linked.path);
    const follower = await holder(t, linked.path, linked.read);
    assert.match(await unproven(linked.challenge.judge(follower)), /does not hold/);

    const twice = posed(t);
    linkSync(twice.path, join(twice.folder, 'second'));
    const innocent = await holder(t, join(twice.folder, 'second'), twice.read);
    assert.match(await unproven(twice.challenge.judge(innocent)), /does not hold/);
    const named = posed(t);
    linkSync(named.path, join(named.folder, 'second'));
    const both = await holder(t, named.path, named.read);
    assert.match(await unproven(named.challenge.judge(both)), /another file/);
  },
);

test('a process that is gone proves nothing, and no question is answered twice', LINUX, async (t) => {
  const { challenge, path, read } = posed(t);
  const { child, pid, fd } = await holder(t, path, read);
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await gone;
  assert.match(await unproven(challenge.judge({ pid, fd })), /there is no process/);
  const own = posed(t);
  const file = openSync(own.path, 'r');
  t.after(() => closeSync(file));
  readSync(file, Buffer.alloc(own.read), 0, own.read, null);
  assert.ok('facts' in (await own.challenge.judge({ pid: process.pid, fd: file })));
  assert.match(await unproven(own.challenge.judge({ pid: process.pid, fd: file })), /does not hold/);
});

test('a file of another user that root did not write proves nothing', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, async (t) => {
  const { challenge, path } = posed(t);
  const script = 'process.setuid(65534); console.log(1); process.stdin.resume()';
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  writeFileSync(`${path}.root`, 'another word 1\n');
  assert.match(await unproven(challenge.judge({ pid: child.pid!, fd: 0 })), /root wrote something else/);
  rmSync(`${path}.root`, { force: true });
});

test('only two whole numbers are a claim', () => {
  assert.deepEqual(claimOf({ pid: 7, fd: 0, more: 1 }), { pid: 7, fd: 0 });
  for (const wrong of [
    undefined,
    null,
    7,
    [],
    {},
    { pid: 7 },
    { pid: 0, fd: 1 },
    { pid: -1, fd: 1 },
    { pid: 1.5, fd: 1 },
    { pid: '7', fd: 1 },
    { pid: 7, fd: '../mem' },
  ]) {
    assert.equal(claimOf(wrong), undefined, JSON.stringify(wrong));
  }
});
