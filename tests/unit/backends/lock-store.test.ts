import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lockPath } from '../../../backends/registry/lock-path.ts';
import { LockStore } from '../../../backends/registry/lock-store.ts';
import type { LockedBackend } from '../../../lib/model/registry.ts';
import { formatLockfile } from '../../../lib/registry/format.ts';
import { NO_PINS, parseLockfile } from '../../../lib/registry/lockfile.ts';
import { LockfileFault } from '../../../lib/registry/lockfile-fault.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { section, tool } from '../../support/registry/offered-items.ts';

const CHILD = fileURLToPath(new URL('../../support/registry/pinning-child.js', import.meta.url));
const EACH = 25;

function child(path: string, name: string, count: number) {
  return spawn(process.execPath, [CHILD, path, name, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function put(names: readonly string[]): Map<string, () => LockedBackend> {
  return new Map([['a', () => section(names.map((name) => tool(name)))]]);
}

function lockfile(t: TestContext): string {
  return join(temporaryFolder(t), 'sallyport.lock.json');
}

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof LockfileFault && error.code === code;
}

test('where there is no file nothing is pinned, and the first change makes one', async (t) => {
  const path = join(temporaryFolder(t), 'new', 'sallyport.lock.json');
  const store = new LockStore(path);
  assert.deepEqual(store.read(), NO_PINS);
  const written = await store.update(put(['read']));
  assert.deepEqual(store.read(), written);
  assert.equal(readFileSync(path, 'utf8'), formatLockfile(written));
  assert.deepEqual(readdirSync(join(path, '..')), ['sallyport.lock.json']);
  await store.update(new Map([['a', () => undefined]]));
  assert.deepEqual(store.read(), NO_PINS);
});

test('processes that pin at once lose nothing of each other', async (t) => {
  const path = lockfile(t);
  const names = ['x', 'y', 'z'];
  const ended = await Promise.all(names.map((name) => once(child(path, name, EACH), 'exit')));
  assert.deepEqual(
    ended.map(([code]) => code),
    [0, 0, 0],
  );
  const { backends } = new LockStore(path).read();
  assert.equal(backends['shared']?.items.length, names.length * EACH);
  for (const name of names) assert.equal(backends[`of-${name}`]?.items.length, EACH);
  assert.deepEqual(readdirSync(join(path, '..')), ['sallyport.lock.json']);
});

test('a process that is killed while it pins leaves a file that is sound, and no lock that holds others up', async (t) => {
  const path = lockfile(t);
  let seen = 0;
  for (const kills of [3, 5, 8, 13]) {
    const pinning = child(path, `k${kills}`, 10_000);
    let dots = 0;
    for await (const chunk of pinning.stdout) {
      dots += (chunk as Buffer).length;
      if (dots >= kills) break;
    }
    pinning.kill('SIGKILL');
    if (pinning.exitCode === null && pinning.signalCode === null) await once(pinning, 'exit');
    const items = parseLockfile(readFileSync(path, 'utf8'), path).backends['shared']!.items.length;
    assert.ok(items >= seen + kills, `${items} after ${seen} and ${kills}`);
    seen = items;
  }
  await new LockStore(path).update(put(['read']));
  assert.deepEqual(readdirSync(join(path, '..')), ['sallyport.lock.json']);
});

test('a file that cannot be believed is not written over', async (t) => {
  const path = lockfile(t);
  writeFileSync(path, '{"version": 1, "backends": {');
  const store = new LockStore(path);
  assert.throws(() => store.read(), isFault('SP4002'));
  await assert.rejects(store.update(put(['read'])), isFault('SP4002'));
  assert.equal(readFileSync(path, 'utf8'), '{"version": 1, "backends": {');
  assert.ok(!existsSync(`${path}.lock`));
});

test('a change that fails leaves the file as it was, and nothing beside it', async (t) => {
  const path = lockfile(t);
  const store = new LockStore(path);
  await store.update(put(['read']));
  const before = readFileSync(path, 'utf8');
  await assert.rejects(
    store.update(
      new Map([
        [
          'a',
          () => {
            throw new Error('no');
          },
        ],
      ]),
    ),
    /no/,
  );
  assert.equal(readFileSync(path, 'utf8'), before);
  assert.deepEqual(readdirSync(join(path, '..')), ['sallyport.lock.json']);
});

test('what cannot be read or written is said by its code', {
  skip: process.getuid?.() === 0 && 'root may write anywhere',
}, async (t) => {
  const path = lockfile(t);
  chmodSync(join(path, '..'), 0o500);
  await assert.rejects(new LockStore(path).update(put(['read'])), isFault('SP4001'));
  chmodSync(join(path, '..'), 0o700);
});

test('a folder in the place of the lockfile is said by its code', async (t) => {
  const path = lockfile(t);
  mkdirSync(path);
  assert.throws(() => new LockStore(path).read(), isFault('SP4001'));
});

test('a lock is waited for as long as its holder lives, and no longer', async (t) => {
  const path = lockfile(t);
  const lock = `${path}.lock`;
  writeFileSync(lock, JSON.stringify([process.pid, '', hostname(), 'x']));
  await assert.rejects(new LockStore(path, 100).update(put(['read'])), isFault('SP4011'));
  assert.ok(existsSync(lock), 'the lock of a living process stays');
  const gone = spawn(process.execPath, ['-e', '0']);
  await once(gone, 'exit');
  writeFileSync(lock, JSON.stringify([gone.pid, '', hostname(), 'x']));
  await new LockStore(path, 100).update(put(['read']));
  assert.ok(!existsSync(lock));
});

test('the lock of a process whose number another one has now is nobody’s', {
  skip: process.platform !== 'linux' && 'start times are read from /proc',
}, async (t) => {
  const path = lockfile(t);
  writeFileSync(`${path}.lock`, JSON.stringify([process.pid, '1', hostname(), 'x']));
  await new LockStore(path, 100).update(put(['read']));
});

test('a lock of another machine is believed for a minute', async (t) => {
  const path = lockfile(t);
  const lock = `${path}.lock`;
  for (const text of [JSON.stringify([1, '', 'elsewhere', 'x']), 'not a lock']) {
    writeFileSync(lock, text);
    await assert.rejects(new LockStore(path, 60).update(put(['read'])), isFault('SP4011'));
    const old = Date.now() / 1000 - 61;
    utimesSync(lock, old, old);
    await new LockStore(path, 60).update(put(['read']));
  }
});

test('a link in the place of the lockfile is replaced, and what it leads to stays as it is', async (t) => {
  const path = lockfile(t);
  const other = join(path, '..', 'other.json');
  writeFileSync(other, formatLockfile(NO_PINS));
  symlinkSync(other, path);
  await new LockStore(path).update(put(['read']));
  assert.equal(readFileSync(other, 'utf8'), formatLockfile(NO_PINS));
  assert.ok(new LockStore(path).read().backends['a'] !== undefined);
});

test('the file keeps its mode', async (t) => {
  const path = lockfile(t);
  writeFileSync(path, formatLockfile(NO_PINS), { mode: 0o600 });
  await new LockStore(path).update(put(['read']));
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('where no lockfile is named each backend has its own in the state folder', () => {
  const registry = { pin: 'tofu', onChange: 'block', keepOld: false } as const;
  assert.equal(lockPath({ ...registry, lockfile: '/p/l.json' }, '/state', 'f'), '/p/l.json');
  assert.equal(lockPath({ ...registry, lockfile: undefined }, '/state', 'f'), join('/state', 'pins', 'f.json'));
});
