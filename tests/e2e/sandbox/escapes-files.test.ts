import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Message } from '../../support/mcp/peer.ts';
import { ROOT } from '../../support/paths.ts';
import { HostileGateway, makeWorld, NO_SANDBOX, usualSandboxes } from '../../support/sandbox/hostile.ts';

const OFF = { mode: 'off' };

test('no way of reading leads a backend to what is hidden', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const { nonce, project, secrets, denied, unlisted } = world;
  const withPrograms = [secrets[0]!, denied];
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes: { ...sandboxes, off: OFF } });
  for (const backend of Object.keys(sandboxes)) {
    await t.test(backend, async () => {
      const hidden = [...secrets, denied, ...(backend.endsWith('-little') ? [unlisted] : [])];
      const found = await gateway.attempt(backend, 'read', { paths: hidden, project, withPrograms });
      assert.doesNotMatch(JSON.stringify(found), new RegExp(nonce));
      const own = await gateway.attempt(backend, 'read', { paths: [join(project, 'inside.txt')], project });
      assert.match(own[join(project, 'inside.txt')].plainly, new RegExp(nonce), 'it reads what it may');
      assert.equal(await gateway.attempt(backend, 'search', { folder: join(world.home, 'state'), letters: nonce }), '');
    });
  }
  await t.test('every one of these ways reads where there is no sandbox', async () => {
    const found: Message = await gateway.attempt('off', 'read', {
      paths: [...secrets, denied, unlisted],
      project,
      withPrograms,
    });
    // The first process of this machine is not of this world, and the root is theirs alone.
    const ways = Object.values(found).flatMap((each) => Object.entries(each as Message));
    const failed = ways.filter(([way, text]) => !/first process/.test(way) && !String(text).includes(nonce));
    assert.deepEqual(failed, []);
  });
});

test('the accounts of this machine are not there', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  for (const backend of Object.keys(sandboxes)) {
    const paths = ['/etc/shadow', '/etc/gshadow'].filter(existsSync);
    const found: Message = await gateway.attempt(backend, 'read', {
      paths,
      project: world.project,
      withPrograms: paths,
    });
    assert.doesNotMatch(JSON.stringify(found), /root:/, backend);
  }
});

test('no way of writing leads a backend out of its folders', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const { nonce, project, outside } = world;
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes: { ...sandboxes, off: OFF } });
  const ways: string[] = await gateway.attempt('off', 'ways');
  const victims = Object.fromEntries(
    ways.map((way) => {
      const folder = join(outside, way.replaceAll(' ', '-'));
      mkdirSync(folder);
      writeFileSync(join(folder, 'victim.txt'), nonce, { mode: 0o600 });
      return [way, join(folder, 'victim.txt')];
    }),
  );
  const changed = () => Object.entries(victims).filter(([, path]) => !isUntouched(path, nonce));
  for (const backend of Object.keys(sandboxes)) {
    await t.test(backend, async () => {
      const found = await gateway.attempt(backend, 'change', { paths: victims, project });
      assert.equal(Object.keys(found).length, ways.length);
      assert.deepEqual(changed(), [], JSON.stringify(found));
    });
  }
  await t.test('every one of these ways changes a file where there is no sandbox', async () => {
    await gateway.attempt('off', 'change', { paths: victims, project });
    const kept = ways.filter((way) => !/first process/.test(way) && isUntouched(victims[way]!, nonce));
    assert.deepEqual(kept, []);
  });
});

test('neither the system nor the home nor the program itself can be written to', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  const { home } = world;
  const program = join(ROOT, 'build', 'tests', 'fixtures', 'hostile-server.js');
  const paths = ['/etc/passwd', '/etc/hosts', process.execPath, program, join(ROOT, 'package.json'), '/bin/sh'];
  const folders = [
    '/',
    '/etc',
    '/usr',
    '/usr/bin',
    '/usr/lib',
    '/opt',
    '/sys',
    '/dev',
    '/var/lib',
    ROOT,
    world.outside,
  ];
  const before = paths.map((path) => statSync(path).mtimeMs);
  for (const backend of Object.keys(sandboxes)) {
    await t.test(backend, async () => {
      assert.deepEqual(Object.entries(await gateway.attempt(backend, 'openForWriting', { paths })).filter(isDone), []);
      assert.deepEqual(Object.entries(await gateway.attempt(backend, 'make', { folders })).filter(isDone), []);
      await gateway.attempt(backend, 'make', { folders: [home, join(home, '.ssh'), join(home, '.config')] });
    });
  }
  assert.deepEqual(
    paths.map((path) => statSync(path).mtimeMs),
    before,
  );
  assert.deepEqual(readdirSync(join(home, '.ssh')), ['id_ed25519']);
});

test('what a backend leaves in folders of its own is not seen by others', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  const places = ['/tmp', '/var/tmp', '/run', '/dev/shm'];
  const mark = join(world.project, 'mark');
  for (const place of places) await gateway.attempt('none', 'link', { at: `${place}/left`, to: mark });
  for (const backend of Object.keys(sandboxes).filter((name) => name !== 'none')) {
    const found: Message = await gateway.attempt(backend, 'list', { folders: places });
    for (const place of places) assert.ok(!found[place].includes('left'), `${backend} ${place}`);
  }
  for (const place of places) assert.ok(!existsSync(`${place}/left`), place);
  const own: Message = await gateway.attempt('none', 'list', { folders: places });
  for (const place of places) assert.ok(own[place].includes('left'), place);
});

function isDone([, what]: [string, unknown]): boolean {
  return what === 'opened' || what === 'made';
}

function isUntouched(path: string, content: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || (stat.mode & 0o777) !== 0o600 || stat.mtimeMs < 1e9 || stat.nlink !== 1) return false;
  return readFileSync(path, 'utf8') === content;
}
