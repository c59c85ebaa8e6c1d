import assert from 'node:assert/strict';
import { mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Message } from '../../support/mcp/peer.ts';
import { alive, guardians, marked } from '../../support/program/survivors.ts';
import { HostileGateway, makeWorld, NO_SANDBOX, usualSandboxes, type World } from '../../support/sandbox/hostile.ts';

const SECRETS = { VAULT_SECRET: 'value-of-the-gateway', NEIGHBOUR_TOKEN: 'value-of-a-neighbour' };

/** Opens a file and a listening socket at numbers nobody would choose, and becomes what it is told. */
const LEAVES_OPEN = `
use POSIX ();
$^F = 1000;
open(my $file, '<', shift) or die;
socket(my $socket, 2, 1, 0) or die; bind($socket, pack('S n C4 x8', 2, 0, 127, 0, 0, 1)) or die; listen($socket, 5) or die;
POSIX::dup2(fileno $file, 7); POSIX::dup2(fileno $socket, 251);
exec @ARGV;
`;

/** Closes all that whoever started us left open. */
const LEAVES_NOTHING_OPEN = `
use POSIX ();
POSIX::close($_) for 3 .. 1023;
exec @ARGV;
`;

test('no signal of a backend reaches anybody outside', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  const { SALLYPORT_RUN: run } = await gateway.attempt('none', 'environment');
  const watched = [gateway.pid, ...guardians(run)];
  assert.equal(watched.length, 2);
  for (const backend of Object.keys(sandboxes)) {
    const found: Message = await gateway.attempt(backend, 'signal', { pids: [...watched, process.pid] });
    assert.deepEqual(new Set(Object.values(found)), new Set(['ESRCH']), backend);
    await gateway.attempt(backend, 'signal', { pids: [1] });
  }
  // What it can reach is itself, its group and those beside it inside; the one that stops itself does not answer.
  assert.equal(await gateway.attempt('none', 'signalAll'), 'sent');
  gateway.attempt('host', 'signal', { pids: [0] }).catch(() => {});
  assert.ok(await gateway.attempt('proxy', 'ways'), 'the others go on');
  assert.ok(watched.every(alive));
  await gateway.end();
  assert.deepEqual(marked(run), []);
});

test('a backend has its three standard streams and nothing else that was open', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const through = ['perl', '-e', LEAVES_OPEN, '--', join(world.home, '.npmrc')];
  const gateway = await HostileGateway.start(t, world, { sandboxes: usualSandboxes(world), through });
  for (const fd of [7, 251]) assert.ok(readlinkSync(`/proc/${gateway.pid}/fd/${fd}`), 'the gateway has it open');
  await nothingElseIsOpen(gateway, world);
});

test('where nothing else was open, nothing of making the sandbox is left open', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const through = ['perl', '-e', LEAVES_NOTHING_OPEN, '--'];
  const gateway = await HostileGateway.start(t, world, { sandboxes: usualSandboxes(world), through });
  await nothingElseIsOpen(gateway, world);
});

test('no variable of the gateway or of another backend is seen by a backend', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const more = { host: { env: { OWN_TOKEN: 'value-of-host-alone' } } };
  const gateway = await HostileGateway.start(t, world, { sandboxes, env: SECRETS, more });
  for (const backend of Object.keys(sandboxes)) {
    const own = JSON.stringify(await gateway.attempt(backend, 'environment'));
    assert.doesNotMatch(own, /NODE_CHANNEL|SALLYPORT_CONFIG/, backend);
    const told = own + JSON.stringify(await gateway.attempt(backend, 'environments'));
    for (const value of Object.values(SECRETS)) assert.ok(!told.includes(value), backend);
    assert.equal(told.includes('value-of-host-alone'), backend === 'host', backend);
  }
});

test('what a sandbox shows of its making names no folder that is hidden', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  mkdirSync(join(world.home, 'state', 'sallyport', 'sandbox', 'neighbour', 'secret-name'), { recursive: true });
  writeFileSync(join(world.home, 'state', 'sallyport', 'other.txt'), '');
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  for (const backend of Object.keys(sandboxes)) {
    const found: Message = await gateway.attempt(backend, 'list', {
      folders: ['audit', 'sandbox', 'sandbox/neighbour', '.'].map((name) =>
        join(world.home, 'state', 'sallyport', name),
      ),
    });
    assert.doesNotMatch(JSON.stringify(Object.values(found)), /neighbour|secret-name|other|jsonl/, backend);
    assert.doesNotMatch(await gateway.attempt(backend, 'mounts'), /neighbour|audit/, backend);
  }
});

test('a backend that starts many programs at once goes on working', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  for (const backend of Object.keys(sandboxes)) {
    assert.deepEqual(new Set(await gateway.attempt(backend, 'crowd')), new Set([0]), backend);
  }
});

async function nothingElseIsOpen(gateway: HostileGateway, world: World): Promise<void> {
  for (const backend of Object.keys(usualSandboxes(world))) {
    const { inherited, first } = await gateway.attempt(backend, 'descriptors');
    const numbers = inherited.trim().split('\n').map(Number);
    assert.deepEqual(
      numbers.filter((fd: number) => fd > 2),
      [],
      `${backend}: ${numbers}`,
    );
    const known = /^(socket:|pipe:|anon_inode:\[eventfd\]$)/;
    if (Array.isArray(first)) {
      assert.ok(first.length <= 4, `${backend}: ${first}`);
      assert.ok(
        first.every((what) => known.test(what)),
        `${backend}: ${first}`,
      );
    }
    const spoken: Message = await gateway.attempt(backend, 'speakOnChannel');
    assert.equal(spoken.variable, undefined);
    assert.equal(spoken.send, 'undefined');
  }
}
