import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { fixtureBackend, fixtureCommand, GatewayPeer } from '../../support/program/gateway.ts';
import { SHUTDOWN_MS } from '../../support/program/processes.ts';
import {
  alive,
  guardians,
  marked,
  NEEDS_PROC,
  noneLeft,
  runOf,
  type Whoami,
  whoami,
} from '../../support/program/survivors.ts';

/** Backends by what makes each of them hard to get rid of. */
const STUBBORN = {
  polite: [],
  'no-eof': ['--ignore-eof'],
  'no-eof-no-term': ['--ignore-eof', '--ignore-term'],
  grandchild: ['--ignore-eof', '--ignore-term', '--grandchild'],
  'polite-grandchild': ['--grandchild'],
  daemon: ['--daemon'],
};

/** Longest anything may survive the gateway's own death by SIGKILL. */
const AFTER_KILL_MS = 20_000;

const ENDS = [
  { how: 'the end of its input', code: 0, end: (gateway: GatewayPeer) => gateway.child.stdin!.end() },
  { how: 'SIGTERM', code: 143, end: (gateway: GatewayPeer) => gateway.child.kill('SIGTERM') },
  { how: 'SIGINT', code: 130, end: (gateway: GatewayPeer) => gateway.child.kill('SIGINT') },
  { how: 'SIGHUP', code: 129, end: (gateway: GatewayPeer) => gateway.child.kill('SIGHUP') },
];

for (const { how, code, end } of ENDS) {
  test(`a gateway ended by ${how} leaves nothing behind, whatever its backends do`, { skip: NEEDS_PROC }, async (t) => {
    const { gateway, run, pids } = await crowd(t);
    const begun = performance.now();
    end(gateway);
    assert.deepEqual(await gateway.exited, { code, signal: null });
    const took = performance.now() - begun;
    assert.deepEqual([...marked(run), ...guardians(run), ...pids.filter(alive)], []);
    assert.ok(took < SHUTDOWN_MS, `the shutdown took ${took} ms`);
  });
}

test('a gateway that is killed leaves nothing behind, whatever its backends do', { skip: NEEDS_PROC }, async (t) => {
  const { gateway, run, pids } = await crowd(t);
  gateway.child.kill('SIGKILL');
  await gateway.exited;
  await noneLeft(() => [...marked(run), ...pids.filter(alive)], AFTER_KILL_MS, 'a backend');
  await noneLeft(() => guardians(run), AFTER_KILL_MS, 'the guardian');
});

test('a second signal does not wait, and the guardian does the rest', { skip: NEEDS_PROC }, async (t) => {
  const { gateway, run, pids } = await crowd(t);
  gateway.child.kill('SIGTERM');
  gateway.child.kill('SIGINT');
  const { code } = await gateway.exited;
  assert.ok(code === 143 || code === 130, `exit code ${code}`);
  await noneLeft(() => [...marked(run), ...pids.filter(alive)], AFTER_KILL_MS, 'a backend');
  await noneLeft(() => guardians(run), AFTER_KILL_MS, 'the guardian');
});

/** A gateway with every stubborn backend, all of them running. */
async function crowd(t: TestContext): Promise<{ gateway: GatewayPeer; run: string; pids: number[] }> {
  const folder = temporaryFolder(t);
  const backends = [
    ...Object.entries(STUBBORN).map(([name, flags]) => fixtureBackend(name, flags)),
    backend('shell', ['sh', '-c', `${quoted(fixtureCommand(['--ignore-eof']))}; true`]),
    backend('npx', [stubNpx(folder), '-y', 'a-package@1.0.0', '--ignore-eof', '--ignore-term']),
  ];
  const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${backends.join('')}` });
  await gateway.initialize();
  const names = [...Object.keys(STUBBORN), 'shell', 'npx'];
  const servers: Whoami[] = await Promise.all(names.map((name) => whoami(gateway, `${name}__whoami`)));
  const run = runOf(servers[0]!);
  assert.deepEqual(new Set(servers.map(runOf)), new Set([run]));
  assert.equal(guardians(run).length, 1);
  const pids = servers.flatMap(({ pid, children }) => [pid, ...children]);
  assert.ok(pids.every(alive) && marked(run).length >= pids.length);
  return { gateway, run, pids };
}

/** An `npx` that does what the real one does once a package is there: it starts a shell that starts the server. */
function stubNpx(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const file = join(bin, 'npx');
  const script = `const { spawn } = require('node:child_process');
const args = process.argv.slice(process.argv.indexOf('a-package@1.0.0') + 1);
const line = ${JSON.stringify(quoted(fixtureCommand()))} + ' ' + args.join(' ') + '; true';
spawn('sh', ['-c', line], { stdio: 'inherit' }).on('exit', (code) => process.exit(code));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
`;
  writeFileSync(file, `#!${process.execPath}\n${script}`);
  chmodSync(file, 0o755);
  return file;
}

function backend(name: string, [command, ...args]: readonly string[]): string {
  return `  - ${JSON.stringify({ name, command, args })}\n`;
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' ');
}
