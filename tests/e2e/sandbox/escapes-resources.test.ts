import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Message } from '../../support/mcp/peer.ts';
import { HostileGateway, makeWorld, NO_SANDBOX, required, type World } from '../../support/sandbox/hostile.ts';

const SKIP = { skip: NO_SANDBOX };
const MOST_FORKS = 300;
/** What attempts stop at by themselves, in pieces of about 1 MB and 10 MB. */
const MOST_PIECES = 1200;
const MOST_MEMORY = 60;

/** A gateway with a server that is limited, and one beside it that must not feel anything of it. */
async function limited(t: TestContext, sandbox: Message): Promise<{ gateway: HostileGateway; world: World }> {
  const world = makeWorld(t);
  const sandboxes = { greedy: required(world, sandbox), beside: required(world) };
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  assert.ok(await gateway.attempt('greedy', 'ways'));
  return { gateway, world };
}

/** What was written down of limits that were broken, once the backend has failed for it. */
function broken(gateway: HostileGateway): string[] {
  return gateway.records.filter(({ event }) => event === 'limit_exceeded').map(({ limit }) => limit);
}

test('a backend that forks without end comes to its own limit, and others go on', SKIP, async (t) => {
  const { gateway } = await limited(t, { processes: 40 });
  const forked = await gateway.attempt('greedy', 'forks', { count: MOST_FORKS }).then(Number, () => 0);
  assert.ok(forked < 60, `${forked} processes`);
  assert.deepEqual(new Set(await gateway.attempt('beside', 'crowd')), new Set([0]));
});

test('a backend that takes memory without end is stopped, and others go on', SKIP, async (t) => {
  const { gateway } = await limited(t, { memory: '200MB' });
  const got = await gateway.attempt('greedy', 'memory', { pieces: MOST_MEMORY }).then(String, () => '');
  const pieces = Number(
    got
      .trim()
      .split(/\s+/)
      .findLast((word) => /^\d+$/.test(word)) ?? 0,
  );
  assert.ok(pieces < 45, `${pieces} pieces of 10 MB`);
  assert.deepEqual(new Set(await gateway.attempt('beside', 'crowd')), new Set([0]));
});

test('a file may not grow over its limit, in the project or elsewhere', SKIP, async (t) => {
  const { gateway, world } = await limited(t, { file_size: '5MB' });
  for (const file of [join(world.project, 'large'), '/tmp/large', '/dev/shm/large']) {
    const told = await gateway.attempt('greedy', 'fill', { file, pieces: 50 });
    assert.match(told, /^[3-5] stopped$/, file);
  }
  assert.ok(!existsSync('/tmp/large'));
});

test('what a backend leaves in temporary folders has an end, also without a limit', SKIP, async (t) => {
  const { gateway } = await limited(t, { memory: '4GB' });
  const told: string = await gateway.attempt('greedy', 'fill', { file: '/tmp/large', pieces: MOST_PIECES });
  assert.match(told, /^\d+ stopped$/);
});

test('a program that computes without end is ended, and its backend goes on or is started again', SKIP, async (t) => {
  const { gateway } = await limited(t, { cpu_secs: 2 });
  const told = await gateway.attempt('greedy', 'spin').then(String, () => 'the backend ended');
  assert.doesNotMatch(told, /went on/);
  assert.ok(await gateway.attempt('beside', 'ways'));
});

test('no more files can be open than allowed', SKIP, async (t) => {
  const { gateway } = await limited(t, { open_files: 64 });
  const opened = Number(await gateway.attempt('greedy', 'openFiles', { count: 500 }));
  assert.ok(opened > 0 && opened < 64, `${opened} files`);
});

test('a backend cannot raise its own limits', SKIP, async (t) => {
  const { gateway } = await limited(t, { open_files: 64, file_size: '5MB' });
  const told: string = await gateway.attempt('greedy', 'raise');
  assert.match(told, /files 64$/m);
  assert.match(told, /(cannot|not permitted|error)/i);
});

test('a limit that ends a backend is written down', SKIP, async (t) => {
  const { gateway } = await limited(t, { memory: '200MB' });
  // The server itself takes it, so that it is the server that is ended.
  await gateway.attempt('greedy', 'own memory', { pieces: MOST_MEMORY }).catch(() => {});
  assert.ok(await gateway.attempt('beside', 'ways'));
  await gateway.end();
  assert.deepEqual(new Set(broken(gateway)), new Set(['memory']));
});
