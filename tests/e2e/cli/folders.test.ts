import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { quoted, Reader } from '../../support/docs/reader.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';

/** Folders that are made when a gateway has run for a second; they are as closed as all others. */
const LATER: ReadonlySet<string> = new Set(['/clients', '/run']);

/** The permissions of every folder under `root` that is there from the first call on, by its path. */
function modes(root: string): Record<string, number> {
  const inside = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  const paths = [root, ...inside.map(({ parentPath, name }) => join(parentPath, name))];
  const all = paths.map((path) => [path.slice(root.length), statSync(path).mode & 0o777] as const);
  for (const [path, mode] of all) if (LATER.has(path)) assert.equal(mode, 0o700, path);
  return Object.fromEntries(all.filter(([path]) => !LATER.has(path)));
}

test('every folder the gateway makes for itself can be entered by its owner alone', async (t) => {
  const reader = new Reader(t);
  const command = quoted(['sallyport', 'wrap', '--', 'npx', '-y', 'some-server@1.0.0']);
  const gateway = reader.start(t, `sh -c ${quoted([`umask 000; exec ${command}`])}`);
  await gateway.initialize();
  await gateway.call('echo');
  const state = join(reader.home, '.local', 'state', 'sallyport');
  // What the next start takes up is kept when the first answers are given.
  while (!existsSync(join(state, 'cache'))) await gateway.ask('ping');
  await gateway.end();
  const known = { '/audit': 0o700, '/cache': 0o700, '/log': 0o700, '/neutral': 0o700, '/pins': 0o700 };
  assert.deepEqual(modes(state), { '': 0o700, ...known });
});

test('where nothing can be written in the home, everything works from the temporary folder and is found again there', async (t) => {
  const home = realpathSync(temporaryFolder(t));
  const TMPDIR = join(home, 'tmp');
  mkdirSync(TMPDIR);
  // A file in the place of the folder stops even the superuser, whom permissions would not.
  for (const name of ['state', 'config']) writeFileSync(join(home, name), '');
  const env = { TMPDIR };
  const file = join(home, 'sallyport.yaml');
  writeFileSync(file, `version: 1\nbackends:\n${fixtureBackend('one', [], { denied_tools: ['crash'] })}`);
  const gateway = new GatewayPeer(t, 'run', [], { home, env, flags: ['--config', file] });
  await gateway.initialize();
  assert.equal((await gateway.call('echo', { text: 'on' })).result.content[0].text, 'on');
  assert.match((await gateway.call('crash')).error.message, /^Unknown tool/);
  assert.equal((await gateway.end()).code, 0);
  const [own] = readdirSync(TMPDIR).filter((name) => /^sallyport-\d+$/.test(name));
  assert.deepEqual(modes(join(TMPDIR, own!)), { '': 0o700, '/audit': 0o700, '/log': 0o700 });
  const [denied, doctor, init] = await Promise.all([
    sallyport(['audit', 'query', '--config', file, '--decision', 'deny', '--json'], { home, env }),
    sallyport(['doctor', '--config', file], { home, env }),
    sallyport(['init'], { home, env }),
  ]);
  assert.equal(JSON.parse(denied.stdout).resource, 'one/crash', denied.stderr);
  assert.equal(doctor.code, 0, doctor.stdout);
  assert.match(doctor.stdout, new RegExp(`^ok +audit +records go to ${join(TMPDIR, own!, 'audit')}$`, 'm'));
  assert.deepEqual([init.code, init.stdout], [2, '']);
  assert.match(init.stderr, /^error: \w+: /);
});

test('a user the system has no name for is served, and called by its number', async (t) => {
  const home = temporaryFolder(t);
  const nameless = join(home, 'nameless.cjs');
  writeFileSync(
    nameless,
    "require('node:os').userInfo = () => { throw new Error('uv_os_get_passwd returned ENOENT'); };",
  );
  const gateway = wrapFixture(t, [], { home, env: { NODE_OPTIONS: `--require=${nameless}` } });
  await gateway.initialize();
  await gateway.call('echo');
  await gateway.end();
  const [{ principal }] = gateway.records.filter(({ kind }) => kind === 'call');
  assert.equal(principal, `uid-${process.getuid!()}`);
});
