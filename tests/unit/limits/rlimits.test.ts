import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { leftToWatch, limitedStart } from '../../../backends/limits/rlimits.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { commoner, limitedLine, MB, NO_LIMITS, runLimited } from '../../support/sandbox/limits.ts';

const SHELLS = [
  ['/bin/sh'],
  ['/bin/dash'],
  ['/bin/bash', '--norc'],
  ['/bin/bash', '--norc', '--posix'],
  ['/bin/busybox', 'sh'],
].filter(([file]) => existsSync(file!));
const LINUX = process.platform === 'linux' ? false : 'needs Linux';
const ROOT_ONLY = process.getuid?.() === 0 ? LINUX : 'needs root to become somebody else';

/** The soft and the hard limit of a line of /proc/self/limits. */
function limitIn(table: string, name: string): (string | undefined)[] {
  return new RegExp(`^${name} +(\\S+) +(\\S+)`, 'm').exec(table)?.slice(1) ?? [];
}

test('a command without limits is left as it is', () => {
  assert.deepEqual(limitedStart('node', ['a', 'b'], NO_LIMITS), { file: 'node', args: ['a', 'b'] });
  const idle = { ...NO_LIMITS, idleMs: 1000 };
  assert.deepEqual(limitedStart('node', [], idle), { file: 'node', args: [] });
});

test('no value and no argument becomes part of the script', () => {
  const first = limitedStart('a b', ['$(reboot)', '"'], { ...NO_LIMITS, openFiles: 10 });
  const second = limitedStart('c', [], { ...NO_LIMITS, openFiles: 20 });
  assert.equal(first.args[1], second.args[1]);
  assert.deepEqual(first.args.slice(3), ['files', '10', '--', 'a b', '$(reboot)', '"']);
});

test('Windows has no such limits, and macOS none of memory and processes', () => {
  const limits = { ...NO_LIMITS, openFiles: 10, memoryBytes: MB, processes: 10 };
  const on = (platform: NodeJS.Platform) =>
    limitedStart('node', [], limits, undefined, { platform, uid: 501, tasks: () => 100 }).args.slice(3);
  assert.deepEqual(on('win32'), []);
  assert.deepEqual(on('darwin'), ['files', '10', '--', 'node']);
  assert.deepEqual(on('linux'), ['files', '10', 'kilobytes', String(257 * 1024), 'tasks', '140', '--', 'node']);
});

test('root gets no limit of tasks, which the kernel would ignore, and is looked at more often', () => {
  const limits = { ...NO_LIMITS, processes: 10 };
  const root = { platform: 'linux', uid: 0, tasks: () => 100 } as const;
  assert.deepEqual(limitedStart('node', [], limits, undefined, root), { file: 'node', args: [] });
  assert.equal(leftToWatch(limits, undefined, root).urgent, true);
  assert.equal(leftToWatch(limits, undefined, commoner(100)).urgent, false);
  assert.equal(leftToWatch(limits, undefined, commoner(undefined)).urgent, true);
});

for (const shell of SHELLS) {
  const name = shell.join(' ');

  test(`all limits hold in what ${name} starts`, { skip: ROOT_ONLY }, async (t) => {
    const limits = { cpuSeconds: 7, openFiles: 60, fileBytes: 1_000_000, memoryBytes: 100 * MB, processes: 20 };
    const options = { limits, shell, uid: 65534, starter: commoner(5000) };
    const { out, err } = await runLimited(t, ['cat', '/proc/self/limits'], options);
    assert.equal(err, '');
    assert.deepEqual(limitIn(out, 'Max cpu time'), ['7', '8']);
    assert.deepEqual(limitIn(out, 'Max open files'), ['60', '60']);
    assert.deepEqual(limitIn(out, 'Max data size'), [String(356 * MB), String(356 * MB)]);
    assert.deepEqual(limitIn(out, 'Max processes'), ['5080', '5080']);
    assert.deepEqual(limitIn(out, 'Max core file size'), ['0', '0']);
    assert.deepEqual(limitIn(out, 'Max address space'), ['unlimited', 'unlimited']);
    const [bytes] = limitIn(out, 'Max file size').map(Number);
    assert.ok(bytes! >= 1_000_000 && bytes! <= 1_001_000, `${bytes} bytes`);
  });

  test(`${name} hands on arguments as they are, and its environment`, { skip: LINUX }, async (t) => {
    const odd = ['', ' ', '$HOME', '`id`', '"\'', '--', '-n', 'a\nb', 'ä'];
    const script = 'console.log(JSON.stringify([process.argv.slice(1), process.pid, process.ppid]))';
    const options = { limits: { openFiles: 100 }, shell };
    const { out } = await runLimited(t, [process.execPath, '-e', script, '--', ...odd], options);
    const [argv, , parent] = JSON.parse(out);
    assert.deepEqual(argv, odd);
    assert.equal(parent, process.pid, 'no shell is left in between');
    const variables = await runLimited(t, ['env'], options);
    assert.doesNotMatch(variables.out, /^(PWD|OLDPWD)=/m);
  });

  test(`a program that is not there ends ${name} as shells do`, { skip: LINUX }, async (t) => {
    const options = { limits: { openFiles: 100 }, shell };
    assert.equal((await runLimited(t, ['/nowhere/at-all'], options)).code, 127);
    assert.equal((await runLimited(t, ['/etc/passwd'], options)).code, 126);
    assert.equal((await runLimited(t, ['-a'], options)).code, 127);
  });

  test(`a cgroup that cannot be joined stops ${name}`, { skip: LINUX }, async (t) => {
    const file = join(temporaryFolder(t), 'ran');
    for (const path of ['/nowhere/cgroup.procs', '/dev/full']) {
      const place = { joins: [path], holds: { memory: true, processes: true } };
      const line = limitedLine(['touch', file], { place: place as never, shell });
      assert.ok(line.args.includes(path));
      const { code, err } = await runLimited(t, ['touch', file], { place: place as never, shell });
      assert.equal(code, 121);
      assert.match(err, new RegExp(`^sallyport-start: cannot join ${path}$`, 'm'));
      assert.equal(statSync(file, { throwIfNoEntry: false }), undefined);
    }
  });

  test(`a limit that is already stricter stands in ${name}`, { skip: ROOT_ONLY }, async (t) => {
    const inner = limitedLine(['cat', '/proc/self/limits'], { limits: { openFiles: 80, cpuSeconds: 9 }, shell });
    const line: [string, ...string[]] = [inner.file, ...inner.args];
    const { out } = await runLimited(t, line, { limits: { openFiles: 50, cpuSeconds: 9 }, uid: 65534 });
    assert.deepEqual(limitIn(out, 'Max open files'), ['50', '50']);
    assert.deepEqual(limitIn(out, 'Max cpu time'), ['9', '10']);
  });

  test(`a limit that cannot be set stops ${name}`, { skip: LINUX }, async (t) => {
    const { code, err } = await runLimited(t, ['echo', 'ran'], { limits: { openFiles: Number.NaN }, shell });
    assert.equal(code, 122, err);
    assert.match(err, /^sallyport-start: cannot set the limit -n to NaN$/m);
  });
}

test('a wall of tasks that is reached already is left out, since others of the user may be the reason', {
  skip: ROOT_ONLY,
}, async (t) => {
  const options = { limits: { processes: 0 }, uid: 65534, starter: commoner(0) };
  const { out } = await runLimited(t, ['cat', '/proc/self/limits'], options);
  assert.notEqual(limitIn(out, 'Max processes')[0], '0');
  assert.deepEqual(limitIn(out, 'Max processes'), limitIn(readFileSync('/proc/self/limits', 'utf8'), 'Max processes'));
});
