import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../support/paths.ts';
import { logOf } from '../../support/program/diagnostic-log.ts';
import { HostileGateway, makeWorld, NO_SANDBOX, required } from '../../support/sandbox/hostile.ts';

/** Has a backend end by itself, after which its next call starts it anew. */
async function restart(gateway: HostileGateway, backend: string): Promise<void> {
  await gateway.attempt(backend, 'end');
  for (let tries = 0; tries < 50; tries++) {
    const up = await gateway.attempt(backend, 'ways').then(
      () => true,
      () => false,
    );
    if (up) return;
  }
  assert.fail(`${backend} did not come up again`);
}

test('a backend cannot move what is hidden to where its next start does not hide it', {
  skip: NO_SANDBOX,
}, async (t) => {
  const world = makeWorld(t);
  const { project, nonce, denied } = world;
  const gateway = await HostileGateway.start(t, world, {
    sandboxes: { files: required(world, { deny: [denied] }) },
  });
  for (const folder of [join(project, 'conf'), join(project, 'conf', 'deep')]) {
    const { moved } = await gateway.attempt('files', 'exchange', { folder });
    assert.equal(moved, 'EBUSY', folder);
  }
  await restart(gateway, 'files');
  assert.equal(await gateway.attempt('files', 'search', { folder: join(project, 'conf'), letters: nonce }), '');
});

test('a backend cannot have its next start follow a link to a folder that is not its own', {
  skip: NO_SANDBOX,
}, async (t) => {
  const world = makeWorld(t);
  const { project, outside } = world;
  mkdirSync(join(project, 'out', 'deep'), { recursive: true });
  const sandbox = required(world, { write: [project, join(project, 'out', 'deep')] });
  const gateway = await HostileGateway.start(t, world, { sandboxes: { files: sandbox } });
  const { moved } = await gateway.attempt('files', 'exchange', { folder: join(project, 'out') });
  assert.equal(moved, 'EBUSY');
  await restart(gateway, 'files');
  const made = await gateway.attempt('files', 'make', { folders: [outside, join(project, 'out', 'deep')] });
  assert.notEqual(made[outside], 'made');
  assert.equal(made[join(project, 'out', 'deep')], 'made');
});

test('a listed folder that is a link out of another one is refused', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const { project, outside } = world;
  symlinkSync(outside, join(project, 'led-away'));
  const sandboxes = { files: required(world, { write: [project, join(project, 'led-away')] }) };
  await assert.rejects(HostileGateway.start(t, world, { sandboxes }), /leads out of .*SP5023/);
});

test('a link to files of ours is refused like their own names', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const link = join(world.home, 'link');
  symlinkSync(join(world.home, 'state', 'sallyport', 'audit'), link);
  const sandboxes = { files: required(world, { write: [world.project, link] }) };
  await assert.rejects(HostileGateway.start(t, world, { sandboxes }), /Sallyport's own .*SP5023/);
});

test('what is hidden in the folder of the program is hidden when little can be read', {
  skip: NO_SANDBOX,
}, async (t) => {
  const world = makeWorld(t);
  const { project, denied, nonce } = world;
  writeFileSync(join(project, 'package.json'), '{}');
  const sandbox = required(world, { write: [world.outside], read: [join(world.outside, 'notes.txt')], deny: [denied] });
  const gateway = await HostileGateway.start(t, world, {
    sandboxes: { files: sandbox },
    more: { files: { args: [join(ROOT, 'build', 'tests', 'fixtures', 'hostile-server.js'), project] } },
  });
  const found = await gateway.attempt('files', 'read', {
    paths: [denied, join(project, 'inside.txt')],
    project: world.outside,
  });
  assert.doesNotMatch(JSON.stringify(found[denied]), new RegExp(nonce));
  assert.match(found[join(project, 'inside.txt')].plainly, new RegExp(nonce));
});

test('the program that builds a sandbox is not led by variables of the backend', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const { project, home } = world;
  const fallen = join(home, 'fallen');
  // Every program that is started with these writes down what it loads, where it may write.
  const gateway = await HostileGateway.start(t, world, {
    sandboxes: { files: required(world) },
    more: {
      files: { env: { LD_DEBUG: 'files', LD_DEBUG_OUTPUT: fallen, LD_LIBRARY_PATH: project, TOKEN: 'value-of-token' } },
    },
  });
  const seen = await gateway.attempt('files', 'environment');
  assert.equal(seen.LD_LIBRARY_PATH, project, 'the backend itself has them');
  assert.equal(seen.TOKEN, 'value-of-token');
  await gateway.end();
  const own = readdirSync(home).filter((name) => name.startsWith('fallen'));
  assert.deepEqual(own, [], 'the loader of a program outside listened to them');
  assert.doesNotMatch(logOf(gateway), /value-of-token/);
});

test('the program that hands doors over is not led by variables of the backend', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const { project } = world;
  const led = join(project, 'led');
  const lines = `package Led; my $caught = -e '/proc/self/fd/3'; if ($caught) { open(my $f, '>>', '${led}'); print $f 'led' } 1;`;
  writeFileSync(join(project, 'Led.pm'), lines);
  const env = { PERL5LIB: project, PERL5OPT: '-MLed', LD_LIBRARY_PATH: project };
  const gateway = await HostileGateway.start(t, world, {
    sandboxes: { files: required(world, { network: 'proxy', domains: { allow: ['api.example.test'] } }) },
    more: { files: { env } },
  });
  const { PERL5LIB, PERL5OPT, LD_LIBRARY_PATH } = await gateway.attempt('files', 'environment');
  assert.deepEqual({ PERL5LIB, PERL5OPT, LD_LIBRARY_PATH }, env, 'the backend itself has them');
  assert.ok(!existsSync(led), 'code of the backend had the channel');
});

test('what a server of a preset kept before is copied neither from nor to where a link leads', {
  skip: NO_SANDBOX,
}, async (t) => {
  const world = makeWorld(t);
  const { project, secrets, home } = world;
  const folder = join(project, 'node_modules', '@modelcontextprotocol', 'server-memory', 'dist');
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, 'build', 'tests', 'fixtures'), folder, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  const own = join(home, 'state', 'sallyport', 'sandbox', 'files');
  const gateway = await HostileGateway.start(t, world, {
    sandboxes: { files: required(world) },
    more: { files: { args: [join(folder, 'hostile-server.js')], preset: 'memory' } },
  });
  const { MEMORY_FILE_PATH: kept } = await gateway.attempt('files', 'environment');
  assert.equal(dirname(kept), own, 'the preset is in force');
  await gateway.attempt('files', 'link', { at: join(folder, 'memory.json'), to: secrets[0] });
  await restart(gateway, 'files');
  assert.ok(!existsSync(kept), 'nothing was read for it');
  await gateway.attempt('files', 'replace', { at: join(folder, 'memory.json') });
  await gateway.attempt('files', 'link', { at: kept, to: join(home, '.bash_login') });
  await restart(gateway, 'files');
  assert.ok(!existsSync(join(home, '.bash_login')), 'nothing was written for it');
});
