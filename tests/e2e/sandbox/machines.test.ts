import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { type Message, Peer, textOf } from '../../support/mcp/peer.ts';
import { CLI, FIXTURE_SERVER } from '../../support/paths.ts';
import { logOf } from '../../support/program/diagnostic-log.ts';
import { fixtureBackend, GatewayPeer, isolatedHome } from '../../support/program/gateway.ts';
import { NO_SANDBOX } from '../../support/sandbox/hostile.ts';

const EVERYTHING = ['--dev-bind', '/', '/'];
const NOBODY = 65534;
const AS_NOBODY = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs'];

/** Machines on which no sandbox can be had, each made by a sandbox around the gateway. */
const MACHINES: Readonly<Record<string, readonly string[]>> = {
  'without bubblewrap': ['bwrap', ...EVERYTHING, '--ro-bind', '/dev/null', '/usr/bin/bwrap', '--'],
  'that refuses user namespaces': ['bwrap', ...EVERYTHING, '--unshare-user', '--disable-userns', '--'],
};

for (const [which, through] of Object.entries(MACHINES)) {
  const cannot = NO_SANDBOX || (runs(through) ? false : 'such a machine cannot be made here');

  test(`on a machine ${which} a backend that requires a sandbox is not started and says why`, {
    skip: cannot,
  }, async (t) => {
    const config = `version: 1\nbackends:\n${fixtureBackend('fenced', [], { sandbox: { mode: 'required' } })}`;
    const gateway = new GatewayPeer(t, 'run', [], { config, through });
    const answer = await gateway.ask('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    });
    assert.match(answer.error.message, /fenced was not started: a sandbox is required .*sandbox.*SP5023/);
    await gateway.end();
    assert.match(logOf(gateway), /SP5023.*hint="?\w+/);
  });

  test(`on a machine ${which} a backend that requires a sandbox does not keep others from working`, {
    skip: cannot,
  }, async (t) => {
    const fenced = fixtureBackend('fenced', [], { sandbox: { mode: 'required' } });
    const plain = fixtureBackend('plain', [], { sandbox: { mode: 'off' } });
    const config = `version: 1\nbackends:\n${fenced}${plain}`;
    const gateway = new GatewayPeer(t, 'run', [], { config, through });
    await gateway.initialize();
    assert.ok(textOf(await gateway.call('plain__whoami')));
    const { tools } = (await gateway.ask('tools/list')).result;
    assert.ok(!tools.some(({ name }: Message) => name.startsWith('fenced__')));
    await gateway.end();
    assert.match(logOf(gateway), /SP5023/);
  });

  test(`on a machine ${which} a backend that would like a sandbox runs without one, which is said once`, {
    skip: cannot,
  }, async (t) => {
    const auto = fixtureBackend('auto', [], { sandbox: { mode: 'auto' } });
    const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${auto}`, through });
    await gateway.initialize();
    const { pid } = JSON.parse(textOf(await gateway.call('whoami')));
    assert.ok(pid > 0);
    await gateway.end();
    const events = gateway.records.filter(({ event }) => event === 'sandbox_unavailable');
    assert.deepEqual(
      events.map(({ backend, code }) => [backend, code]),
      [['auto', 'SP5024']],
    );
    assert.equal(logOf(gateway).match(/sandbox_unavailable .*backend=auto .*SP5024/g)?.length, 1);
  });

  test(`on a machine ${which} doctor says what would give a sandbox, and shell runs nothing`, {
    skip: cannot,
  }, async (t) => {
    const home = temporaryFolder(t);
    const config = join(home, 'sallyport.yaml');
    writeFileSync(config, `version: 1\nbackends:\n${fixtureBackend('auto', [], { sandbox: { mode: 'auto' } })}`);
    const [file, ...before] = through as [string, ...string[]];
    const run = (command: string, ...args: string[]) =>
      spawnSync(file, [...before, process.execPath, CLI, command, '--config', config, ...args], {
        env: { ...process.env, ...isolatedHome(home) },
        encoding: 'utf8',
        input: '',
      });
    const doctor = run('doctor');
    assert.match(doctor.stdout, /^ok {4}sandbox auto +none can be had here: \S.* \(SP5024\)$/m);
    assert.match(doctor.stdout, /^to have a sandbox:\n {2}\S/m);
    const shell = run('shell', 'auto', '--', 'echo', 'it runs');
    assert.deepEqual([shell.status, shell.stdout], [2, '']);
    assert.match(shell.stderr, /^error: auto: no sandbox can be had here: \S.* \(SP5023\)$/m);
  });
}

test('a program of the same name in PATH is not taken for bubblewrap', {
  skip: NO_SANDBOX || (runs(MACHINES['without bubblewrap']!) ? false : 'such a machine cannot be made here'),
}, async (t) => {
  const folder = temporaryFolder(t);
  const taken = join(folder, 'taken');
  writeFileSync(join(folder, 'bwrap'), `#!/bin/sh\ntouch '${taken}'\n`, { mode: 0o755 });
  const through = [...MACHINES['without bubblewrap']!, '/usr/bin/env', `PATH=${folder}:${process.env['PATH']}`];
  const auto = fixtureBackend('auto', [], { sandbox: { mode: 'auto' } });
  const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${auto}`, through });
  await gateway.initialize();
  assert.ok(textOf(await gateway.call('whoami')));
  assert.ok(!existsSync(taken));
});

test('a sandbox holds for a user with the number of nobody', {
  skip:
    NO_SANDBOX || (process.getuid?.() === 0 && runs(['setpriv', ...AS_NOBODY]) ? false : 'needs root to begin with'),
}, async (t) => {
  const home = temporaryFolder(t);
  const program = join(home, 'program');
  cpSync(dirname(CLI), join(program, 'dist'), { recursive: true });
  cpSync(dirname(FIXTURE_SERVER), join(program, 'fixtures'), { recursive: true });
  writeFileSync(join(program, 'package.json'), '{ "type": "module" }');
  const project = join(home, 'project');
  for (const folder of [project, join(home, '.ssh')]) mkdirSync(folder);
  writeFileSync(join(home, '.ssh', 'id_rsa'), 'a canary');
  const config = join(home, 'sallyport.yaml');
  const backends = ['none', 'proxy', 'host'].map((network) => ({
    name: network,
    command: process.execPath,
    args: [join(program, 'fixtures', 'hostile-server.js')],
    sandbox: { mode: 'required', network, write: [project], read: [home], domains: { allow: ['api.example.test'] } },
  }));
  writeFileSync(config, JSON.stringify({ version: 1, backends }));
  chmodSync(home, 0o755);
  for (const path of [home, project, join(home, '.ssh'), join(home, '.ssh', 'id_rsa')]) chownSync(path, NOBODY, NOBODY);
  const line = [...AS_NOBODY, process.execPath, join(program, 'dist', 'sallyport.cjs'), 'run', '--config', config];
  const gateway = new Peer(t, 'setpriv', line, { env: isolatedHome(home), cwd: project });
  await gateway.initialize();
  const attempt = async (backend: string, name: string, given: Message = {}) =>
    JSON.parse(textOf(await gateway.call(`${backend}__attempt`, { name, given }))).found;
  for (const { name } of backends) {
    const status = await attempt(name, 'status', { pid: 'self' });
    assert.match(status, new RegExp(`^Uid:\\t${NOBODY}\\t`, 'm'));
    assert.match(status, /^CapPrm:\t0+$/m, name);
    assert.match(status, /^Seccomp:\t2$/m, name);
    const found = await attempt(name, 'read', { paths: [join(home, '.ssh', 'id_rsa'), config], project });
    assert.doesNotMatch(JSON.stringify(found), /a canary|"version"/, name);
    assert.equal((await attempt(name, 'make', { folders: [project] }))[project], 'made', name);
    const made = Object.values(await attempt(name, 'make', { folders: ['/', '/dev', home, '/var/lib'] }));
    assert.ok(!made.includes('made'), `${name} ${made}`);
  }
});

/** Whether a program runs at the end of this command line. */
function runs([file, ...args]: readonly string[]): boolean {
  return spawnSync(file!, [...args, '/bin/true'], { stdio: 'ignore' }).status === 0;
}
