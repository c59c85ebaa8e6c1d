import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Message } from '../../support/mcp/peer.ts';
import { HostileGateway, makeWorld, NO_SANDBOX, required } from '../../support/sandbox/hostile.ts';

/** Readable for the user they belong to, which inside is the same one. */
const OF_THE_SYSTEM = ['/etc/ssl/private/ssl-cert-snakeoil.key', '/etc/ssh/ssh_host_ed25519_key'];

test('a list that names all there is leaves hidden what is hidden, and the kernel alone', {
  skip: NO_SANDBOX,
}, async (t) => {
  const world = makeWorld(t);
  const { nonce, project, secrets } = world;
  const sandboxes = {
    reads: required(world, { read: ['/'], network: 'host' }),
    writes: { mode: 'required', write: ['/'], network: 'none' },
    both: { mode: 'required', read: ['/'], write: ['/'], network: 'proxy' },
  };
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  for (const backend of Object.keys(sandboxes)) {
    await t.test(backend, async () => {
      const found = await gateway.attempt(backend, 'read', { paths: secrets, project });
      assert.doesNotMatch(JSON.stringify(found), new RegExp(nonce));
      assert.deepEqual(await gateway.attempt(backend, 'kernelFiles'), []);
      const outside: Message = await gateway.attempt(backend, 'process', { pid: gateway.pid });
      assert.deepEqual(new Set(Object.values(outside)), new Set(['ENOENT']));
      const made: Message = await gateway.attempt(backend, 'make', {
        folders: ['/dev', '/proc', join(world.home, '.ssh')],
      });
      assert.ok(!Object.values(made).includes('made'), JSON.stringify(made));
      await gateway.attempt(backend, 'link', { at: '/tmp/sallyport-left', to: '/etc' });
      assert.ok(!existsSync('/tmp/sallyport-left'));
    });
  }
});

for (const path of ['/proc', '/dev', '/proc/sys', '/dev/shm', '/sys']) {
  test(`${path} of this machine cannot be listed, not by another name either`, { skip: NO_SANDBOX }, async (t) => {
    const world = makeWorld(t);
    const link = join(world.home, 'link');
    symlinkSync(path, link);
    for (const listed of [path, link]) {
      const sandboxes = { files: required(world, { read: [listed] }) };
      await assert.rejects(HostileGateway.start(t, world, { sandboxes }), /is the kernel's.*SP5023/);
    }
  });
}

test('keys of this machine are not there, also for the user they belong to', {
  skip: NO_SANDBOX || (OF_THE_SYSTEM.some(isReadable) ? false : 'there are none that can be read'),
}, async (t) => {
  const world = makeWorld(t);
  const sandboxes = {
    all: required(world),
    little: required(world, { read: [join(world.project, 'inside.txt')] }),
  };
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  for (const backend of Object.keys(sandboxes)) {
    const paths = OF_THE_SYSTEM.filter(isReadable);
    const found = await gateway.attempt(backend, 'read', { paths, project: world.project });
    assert.doesNotMatch(JSON.stringify(found), /PRIVATE KEY/, backend);
  }
});

test('what is denied stays hidden though a folder within it is listed', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const { nonce, project } = world;
  const vault = join(project, 'vault');
  mkdirSync(join(vault, 'open'), { recursive: true });
  for (const folder of [vault, join(vault, 'open')]) writeFileSync(join(folder, 'kept.txt'), nonce);
  const sandboxes = { files: required(world, { write: [project, join(vault, 'open')], deny: [vault] }) };
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  const found: Message = await gateway.attempt('files', 'read', { paths: [join(vault, 'kept.txt')], project });
  assert.doesNotMatch(JSON.stringify(found), new RegExp(nonce));
  assert.match((await gateway.attempt('files', 'exchange', { folder: vault })).moved, /EBUSY/);
});

function isReadable(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').includes('PRIVATE KEY');
  } catch {
    return false;
  }
}
