import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Cgroups, folderIn } from '../../../backends/limits/cgroup.ts';
import { cgroupParents } from '../../../backends/limits/cgroup-parents.ts';
import { CgroupPlace } from '../../../backends/limits/place.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { alive, noneLeft } from '../../support/program/survivors.ts';
import { cgroup, MB, NEEDS_CGROUPS, NO_LIMITS, startLimited } from '../../support/sandbox/limits.ts';

const LINUX = process.platform === 'linux' ? false : 'needs Linux';

/** A folder like that of a process in /proc, and below it cgroup file systems with these files. */
function machine(
  t: TestContext,
  own: readonly string[],
  mounts: readonly string[],
  files: Readonly<Record<string, string>>,
) {
  const root = temporaryFolder(t);
  const lines = mounts.map((mount, at) => `${30 + at} 23 0:${at} ${mount.replaceAll('ROOT', root)}`);
  writeFileSync(join(root, 'mountinfo'), `22 27 0:21 / /proc rw - proc proc rw\n${lines.join('\n')}\n`);
  writeFileSync(join(root, 'cgroup'), `${own.join('\n')}\n`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return {
    root,
    parents: () => cgroupParents(root).map((parent) => ({ ...parent, path: parent.path.slice(root.length) })),
  };
}

const UNIFIED = '/ ROOT/fs rw - cgroup2 cgroup2 rw,nsdelegate';
const BOTH = ['memory', 'processes'];

test('in v2 a cgroup is made beside our own, since ours has processes in it', (t) => {
  const { root, parents } = machine(t, ['0::/app.slice/term.scope'], [UNIFIED], {
    'fs/app.slice/cgroup.procs': '',
    'fs/app.slice/cgroup.subtree_control': 'cpu memory pids\n',
    'fs/app.slice/term.scope/cgroup.procs': '7\n',
    'fs/app.slice/term.scope/cgroup.subtree_control': '\n',
  });
  assert.deepEqual(parents(), [{ version: 2, path: '/fs/app.slice', limits: BOTH }]);
  assert.equal(readFileSync(join(root, 'fs/app.slice/term.scope/cgroup.subtree_control'), 'utf8'), '\n');
});

test('in v2 the cgroup above ours is told to share out what it does not yet', (t) => {
  const { root, parents } = machine(t, ['0::/gateway.service/main'], [UNIFIED], {
    'fs/gateway.service/cgroup.procs': '',
    'fs/gateway.service/cgroup.subtree_control': '\n',
  });
  assert.deepEqual(parents(), [], 'a file of a disk does not do what it is told');
  assert.equal(readFileSync(join(root, 'fs/gateway.service/cgroup.subtree_control'), 'utf8'), '+memory +pids');
});

test('in v2 a cgroup that shares out already is used itself', (t) => {
  const { parents } = machine(t, ['0::/'], [UNIFIED], {
    'fs/cgroup.procs': '',
    'fs/cgroup.subtree_control': 'cpu memory pids\n',
  });
  assert.deepEqual(parents(), [{ version: 2, path: '/fs', limits: BOTH }]);
});

test('in v2 the root of all is never told what to share out', (t) => {
  const { root, parents } = machine(t, ['0::/'], [UNIFIED], {
    'fs/cgroup.procs': '',
    'fs/cgroup.subtree_control': 'cpu memory\n',
  });
  assert.deepEqual(parents(), []);
  assert.equal(readFileSync(join(root, 'fs/cgroup.subtree_control'), 'utf8'), 'cpu memory\n');
});

test('in v2 nothing is made where processes may not be moved', (t) => {
  const { parents } = machine(t, ['0::/app/one'], [UNIFIED], {
    'fs/app/cgroup.subtree_control': 'memory pids\n',
    'fs/app/one/cgroup.subtree_control': '\n',
  });
  assert.deepEqual(parents(), []);
});

test('the part of a path that is mounted is left out of it', (t) => {
  const bind = '/docker/abc ROOT/fs rw - cgroup2 cgroup2 rw';
  const files = { 'fs/cgroup.procs': '', 'fs/cgroup.subtree_control': 'memory pids' };
  assert.deepEqual(machine(t, ['0::/docker/abc'], [bind], files).parents()[0]?.path, '/fs');
  assert.deepEqual(machine(t, ['0::/docker/other'], [bind], files).parents(), [], 'a cgroup outside of the mount');
});

test('in v1 each hierarchy has its own path, and one of them is enough', (t) => {
  const memory = '/ ROOT/memory rw - cgroup cgroup rw,memory';
  const pids = '/ ROOT/pids rw - cgroup cgroup rw,pids';
  const own = ['9:name=systemd:/', '8:pids:/', '4:memory:/a/b', '0::/'];
  const files = { 'memory/a/b/cgroup.procs': '', 'pids/cgroup.procs': '' };
  assert.deepEqual(machine(t, own, [memory, pids], files).parents(), [
    { version: 1, path: '/memory/a/b', limits: ['memory'] },
    { version: 1, path: '/pids', limits: ['processes'] },
  ]);
  assert.deepEqual(machine(t, own, [pids], files).parents(), [{ version: 1, path: '/pids', limits: ['processes'] }]);
});

test('where there is no such file system there is nothing', (t) => {
  assert.equal(Cgroups.find(temporaryFolder(t)), undefined);
});

test('a place whose limits cannot be set is not left behind', (t) => {
  const { root } = machine(t, ['0::/'], [UNIFIED], {
    'fs/cgroup.procs': '',
    'fs/cgroup.subtree_control': 'memory pids',
  });
  const made = Cgroups.find(root)!.make('x', { ...NO_LIMITS, memoryBytes: MB });
  assert.equal(made, undefined);
  assert.deepEqual(readdirSync(join(root, 'fs')).sort(), ['cgroup.procs', 'cgroup.subtree_control']);
});

test('what gateways left behind that are gone is removed, and what others use is not', { skip: LINUX }, (t) => {
  const { root } = machine(t, ['0::/'], [UNIFIED], {
    'fs/cgroup.procs': '',
    'fs/cgroup.subtree_control': 'memory pids',
    'fs/sallyport-4194305-abc-used-1/cgroup.procs': '5\n',
  });
  const other = [`sallyport-${process.pid}-abc-x-1`, 'sallyport-x', 'system.slice'];
  for (const name of [...other, 'sallyport-4194305-abc-x-1']) mkdirSync(join(root, 'fs', name));
  Cgroups.find(root);
  const left = readdirSync(join(root, 'fs')).filter((name) => !name.startsWith('cgroup.'));
  assert.deepEqual(left.sort(), [...other, 'sallyport-4194305-abc-used-1'].sort());
});

test('in v2 a folder says what it may use, swaps nothing and ends as a whole', (t) => {
  const path = temporaryFolder(t);
  const limits = { ...NO_LIMITS, memoryBytes: 1000.5, processes: 20 };
  const folder = folderIn({ version: 2, path, limits: ['memory', 'processes'] }, 'one', limits);
  assert.deepEqual(
    folder.settings.map(({ file, text }) => [file, text]),
    [
      ['memory.max', '1001'],
      ['memory.swap.max', '0'],
      ['memory.oom.group', '1'],
      ['pids.max', '20'],
    ],
  );
  mkdirSync(folder.path);
  const write = (file: string, text: string) => writeFileSync(join(folder.path, file), text);
  const place = new CgroupPlace([folder]);
  assert.deepEqual(place.joins, [join(folder.path, 'cgroup.procs')]);
  assert.deepEqual(place.holds, { memory: true, processes: true });
  assert.equal(place.breach(), undefined);
  write('memory.events', 'low 0\nmax 12\noom 0\noom_kill 0\noom_group_kill 0\n');
  write('pids.events', 'max 0\n');
  assert.equal(place.breach(), undefined);
  write('pids.events', 'max 3\n');
  assert.equal(place.breach(), 'processes');
  write('memory.events', 'low 0\nmax 12\noom 1\noom_kill 2\n');
  assert.equal(place.breach(), 'memory');
  write('cgroup.kill', '');
  place.kill();
  assert.equal(readFileSync(join(folder.path, 'cgroup.kill'), 'utf8'), '1');
});

test('a place holds only what is limited', { skip: NEEDS_CGROUPS }, (t) => {
  assert.deepEqual(cgroup(t, { memoryBytes: MB }).holds, { memory: true, processes: false });
  assert.deepEqual(cgroup(t, { processes: 5 }).holds, { memory: false, processes: true });
  assert.equal(Cgroups.find()!.make('nothing', NO_LIMITS), undefined);
});

test('all that a process in a place starts is ended with it, also what left its group', {
  skip: NEEDS_CGROUPS,
}, async (t) => {
  const place = cgroup(t, { processes: 20 });
  const child = startLimited(t, ['sh', '-c', 'setsid sleep 1000 & echo $!; exec sleep 1000'], { place });
  const [said] = await once(child.stdout!, 'data');
  const both = [child.pid!, Number(String(said))];
  assert.deepEqual(both.map(alive), [true, true]);
  place.kill();
  await noneLeft(() => both.filter(alive), 20_000, 'the sleepers');
  await place.remove();
  assert.deepEqual(place.joins.filter(existsSync), []);
});

test('a place with a process in it is not removed', { skip: NEEDS_CGROUPS }, async (t) => {
  const place = cgroup(t, { processes: 20 });
  const child = startLimited(t, ['sh', '-c', 'echo ready; exec sleep 1000'], { place });
  await once(child.stdout!, 'data');
  await place.remove();
  assert.deepEqual(
    place.joins.map(existsSync),
    place.joins.map(() => true),
  );
});
