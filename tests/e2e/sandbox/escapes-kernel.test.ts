import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import type { Message } from '../../support/mcp/peer.ts';
import { HostileGateway, makeWorld, NO_SANDBOX, usualSandboxes } from '../../support/sandbox/hostile.ts';

/** EPERM, EACCES, ENOSYS and EAFNOSUPPORT: the kernel did not even look at the arguments. */
const REFUSED = new Set(['1', '13', '38', '97']);
const NO_PYTHON = NO_SANDBOX || (existsSync('/usr/bin/python3') ? false : 'python3 is not installed');
const SECRETS_OF_THE_KERNEL = [
  '/proc/kcore',
  '/proc/kmsg',
  '/proc/keys',
  '/proc/kallsyms',
  '/proc/config.gz',
  '/proc/timer_list',
  '/sys/kernel/debug/sched/debug',
  '/dev/mem',
  '/dev/kmsg',
].filter((path) => existsSync(path));
const SETTINGS = [
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/modprobe',
  '/proc/sys/kernel/hostname',
  '/proc/sys/vm/overcommit_memory',
  '/sys/kernel/uevent_helper',
  '/sys/fs/cgroup/release_agent',
].filter((path) => existsSync(path));

test('no call into the kernel gives a backend more rights', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  for (const backend of Object.keys(sandboxes)) {
    await t.test(backend, async () => {
      const found: Message = await gateway.attempt(backend, 'calls');
      assert.ok(Object.keys(found).length > 30);
      assert.deepEqual(
        Object.entries(found).filter(([, errno]) => !REFUSED.has(errno as string)),
        [],
      );
      assert.match(await gateway.attempt(backend, 'x32Calls'), /error/);
    });
  }
});

test('calls of 32 bits, which have other numbers, end the program', {
  skip: NO_PYTHON || (process.arch === 'x64' ? false : 'only this processor has them'),
}, async (t) => {
  const world = makeWorld(t);
  const { none } = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes: { none } });
  assert.match(await gateway.attempt('none', 'narrowCalls'), /ended by SIG(SYS|SEGV)/);
});

test('every process inside has no rights, no way to more, and a filter', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  for (const backend of Object.keys(sandboxes)) {
    for (const pid of ['self', 1]) {
      const status = await gateway.attempt(backend, 'status', { pid });
      assert.match(status, /^NoNewPrivs:\t1$/m, `${backend} ${pid}`);
      assert.match(status, /^Seccomp:\t2$/m, `${backend} ${pid}`);
      for (const set of ['CapPrm', 'CapEff', 'CapInh', 'CapAmb'])
        assert.match(status, new RegExp(`^${set}:\\t0+$`, 'm'), `${backend} ${pid} ${set}`);
    }
    const setuid = await gateway.attempt(backend, 'setuid');
    if (process.getuid?.() !== 0) assert.doesNotMatch(setuid, /uid=0/, backend);
  }
});

test('nothing of the kernel can be written to, and its secrets cannot be read', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  const before = SETTINGS.map((path) => readFileSync(path, 'utf8'));
  for (const backend of Object.keys(sandboxes)) {
    await t.test(backend, async () => {
      assert.deepEqual(await gateway.attempt(backend, 'kernelFiles'), []);
      const found: Message = await gateway.attempt(backend, 'kernelSecrets', { paths: SECRETS_OF_THE_KERNEL });
      assert.deepEqual(
        Object.entries(found).filter(([, what]) => what !== '' && !/^E[A-Z]+$/.test(what as string)),
        [],
      );
    });
  }
  assert.deepEqual(
    SETTINGS.map((path) => readFileSync(path, 'utf8')),
    before,
  );
});

test('there are no devices but the harmless ones, and none can be made', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  const harmless = /^\/dev\/(null|zero|full|random|urandom|tty|console|ptmx|pts\/\w+)$/;
  for (const backend of Object.keys(sandboxes)) {
    const found = (await gateway.attempt(backend, 'devices')).trim().split('\n');
    assert.deepEqual(
      found.filter((path: string) => !harmless.test(path)),
      [],
      backend,
    );
    assert.ok(found.includes('/dev/null'), backend);
    assert.equal((await gateway.attempt(backend, 'nodes', { project: world.project })).trim(), 'pipe', backend);
  }
});

test('processes outside have no number inside', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  for (const backend of Object.keys(sandboxes)) {
    await t.test(backend, async () => {
      for (const pid of [gateway.pid, process.pid]) {
        const found: Message = await gateway.attempt(backend, 'process', { pid });
        assert.deepEqual(new Set(Object.values(found)), new Set(['ENOENT']));
      }
      const called: string[] = await gateway.attempt(backend, 'processes');
      assert.ok(called.length >= 2 && called.length < 6, called.join('\n'));
      assert.deepEqual(
        called.filter((line) => !/^(bwrap|\S*node|\/usr\/bin\/bwrap) /.test(line)),
        [],
      );
    });
  }
});

test('of control groups and of what the kernel tells its owner nothing is there', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  const hidden = ['/sys/fs/cgroup', '/sys/firmware', '/sys/kernel/debug', '/sys/kernel/security'].filter(
    (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  );
  for (const backend of Object.keys(sandboxes)) {
    const found: Message = await gateway.attempt(backend, 'list', { folders: hidden });
    for (const path of hidden) assert.match(JSON.stringify(found[path]), /^(?:\[\]|"ENOENT")$/, `${backend} ${path}`);
    const made: Message = await gateway.attempt(backend, 'make', { folders: hidden });
    for (const path of hidden) assert.match(made[path], /^E/, `${backend} ${path}`);
  }
});
