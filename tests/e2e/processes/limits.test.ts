import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { breachOf } from '../../../backends/limits/breach.ts';
import type { CgroupPlace } from '../../../backends/limits/place.ts';
import { leftToWatch } from '../../../backends/limits/rlimits.ts';
import { type Overuse, Watch } from '../../../backends/limits/watch.ts';
import { signalGroup } from '../../../backends/process-table.ts';
import type { ResourceLimits } from '../../../lib/model/sandbox.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ROOT } from '../../support/paths.ts';
import { NEEDS_PROC } from '../../support/program/survivors.ts';
import {
  cgroup,
  commoner,
  limitedLine,
  MB,
  NEEDS_CGROUPS,
  NO_LIMITS,
  NOBODY,
  runLimited,
  startLimited,
} from '../../support/sandbox/limits.ts';

const AS_NOBODY = process.getuid?.() === 0 ? NEEDS_PROC : 'needs root to become somebody else';

const NEEDS_SANDBOX = NEEDS_CGROUPS || (existsSync('/usr/bin/bwrap') ? false : 'needs bwrap');

/** What an operator may well leave it at. */
const GENEROUS: ResourceLimits = {
  memoryBytes: 1024 * MB,
  cpuSeconds: 300,
  processes: 256,
  openFiles: 1024,
  fileBytes: 1024 * MB,
  idleMs: undefined,
};

/** Takes memory in steps of 4 MB and uses it, 800 MB at most. */
const HOG = `const held = []; for (let i = 0; i < 200; i++) held.push(Buffer.alloc(4e6, 1)); console.log('had it all');`;
const SLOW_HOG = `const held = []; const more = () => held.length < 200 && (held.push(Buffer.alloc(4e6, 1)), setTimeout(more, 5)); more();`;
/** Starts 600 sleepers at most, and says how many there are once it cannot or need not start more. */
const BOMB = `
const { spawn } = require('node:child_process');
let made = 0;
const said = () => process.stdout.write(made + '\\n');
const more = () => {
  if (made === 600) return said();
  const child = spawn('sleep', ['20'], { stdio: 'ignore' });
  child.once('error', said);
  child.once('spawn', () => (made++, more()));
};
more();`;

function limits(some: Partial<ResourceLimits>): ResourceLimits {
  return { ...NO_LIMITS, ...some };
}

/** The first line a process says. */
async function said(t: TestContext, script: string, options: Parameters<typeof startLimited>[2]): Promise<string> {
  const child = startLimited(t, [process.execPath, '-e', script], options);
  child.stderr!.resume();
  const [line] = await once(child.stdout!, 'data');
  return String(line).trim();
}

test('a cgroup ends what uses too much memory, and says so', { skip: NEEDS_CGROUPS }, async (t) => {
  const some = limits({ memoryBytes: 150 * MB });
  const place = cgroup(t, some);
  const ended = await runLimited(t, [process.execPath, '-e', HOG], { limits: some, place });
  assert.equal(ended.out, '');
  assert.deepEqual([ended.code, ended.signal], [null, 'SIGKILL']);
  assert.equal(breachOf(ended, some, place)?.limit, 'memory');
});

test('without a cgroup a single process cannot take much more memory than it may', { skip: NEEDS_PROC }, async (t) => {
  const ended = await runLimited(t, [process.execPath, '-e', HOG], { limits: { memoryBytes: 100 * MB } });
  assert.equal(ended.out, '');
  assert.notEqual(ended.code, 0);
});

test('without a cgroup the watch sees what uses too much memory', { skip: NEEDS_PROC }, async (t) => {
  const some = limits({ memoryBytes: 150 * MB });
  const child = startLimited(t, [process.execPath, '-e', SLOW_HOG], { limits: some });
  const watch = new Watch();
  const overuse = new Promise<Overuse>((resolve) => watch.add(child.pid!, leftToWatch(some), resolve));
  const ended = once(child, 'exit');
  const { what, used } = await overuse;
  assert.equal(what, 'memory');
  assert.ok(used > 150 * MB && used < 800 * MB, `${used} bytes`);
  signalGroup(child.pid!, 'SIGKILL');
  await ended;
});

test('processor time ends a loop with a signal of its own', { skip: NEEDS_PROC }, async (t) => {
  const some = limits({ cpuSeconds: 1 });
  const loop = 'const until = Date.now() + 20000; while (Date.now() < until);';
  const ended = await runLimited(t, [process.execPath, '-e', loop], { limits: some });
  assert.equal(ended.signal, 'SIGXCPU');
  assert.equal(breachOf(ended, some)?.limit, 'cpu');
  const shell = ['sh', '-c', `"$0" -e "$1"; exit $?`, process.execPath, loop] as const;
  const wrapped = await runLimited(t, [...shell], { limits: some });
  assert.equal(wrapped.code, 152);
  assert.equal(breachOf(wrapped, some)?.limit, 'cpu');
});

test('a fork bomb of root is stopped by a cgroup', { skip: NEEDS_CGROUPS }, async (t) => {
  const place = cgroup(t, { processes: 60 });
  const made = Number(await said(t, BOMB, { limits: { processes: 60 }, place }));
  assert.ok(made > 20 && made < 60, `${made} processes`);
  assert.equal(place.breach(), 'processes');
});

test('a fork bomb of anybody else is stopped by the kernel even without a cgroup', { skip: AS_NOBODY }, async (t) => {
  const options = { limits: { processes: 20 }, uid: NOBODY, starter: commoner(20) };
  const made = Number(await said(t, BOMB, options));
  assert.ok(made > 30 && made <= 100, `${made} processes`);
});

test('a fork bomb is seen by the watch where nothing else stops it', { skip: NEEDS_PROC }, async (t) => {
  const some = limits({ processes: 40 });
  const child = startLimited(t, [process.execPath, '-e', BOMB], {});
  child.stderr!.resume();
  const watch = new Watch();
  const left = { ...leftToWatch(some), urgent: true };
  const overuse = await new Promise<Overuse>((resolve) => watch.add(child.pid!, left, resolve));
  signalGroup(child.pid!, 'SIGKILL');
  assert.equal(overuse.what, 'processes');
  assert.ok(overuse.used > 40, `${overuse.used}`);
});

test('limits hold in a sandbox, and what broke them is known outside', { skip: NEEDS_SANDBOX }, async (t) => {
  const sandbox = ['bwrap', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--unshare-all'] as const;
  const some = limits({ memoryBytes: 150 * MB, cpuSeconds: 1, processes: 60 });
  const run = async (script: string) => {
    const place = cgroup(t, some);
    const command: [string, ...string[]] = [...sandbox, '--die-with-parent', process.execPath, '-e', script];
    return breachOf(await runLimited(t, command, { limits: some, place }), some, place)?.limit;
  };
  assert.equal(await run(HOG), 'memory');
  assert.equal(await run('const until = Date.now() + 20000; while (Date.now() < until);'), 'cpu');
  assert.equal(await run(BOMB.replace("'\\n')", "'\\n', () => process.exit(1))")), 'processes');
});

test('open files are refused beyond the limit, and the process goes on', { skip: NEEDS_PROC }, async (t) => {
  const script = `
    const fs = require('node:fs');
    let opened = 0;
    try { for (; opened < 500; opened++) fs.openSync('/dev/null'); } catch (error) { console.log(error.code, opened); }`;
  const { out, code } = await runLimited(t, [process.execPath, '-e', script], { limits: { openFiles: 64 } });
  assert.equal(code, 0);
  const [error, opened] = out.trim().split(' ');
  assert.equal(error, 'EMFILE');
  assert.ok(Number(opened) > 20 && Number(opened) < 64, out);
});

test('no file grows beyond the limit', { skip: NEEDS_PROC }, async (t) => {
  const file = join(temporaryFolder(t), 'big');
  const script = `
    const fs = require('node:fs');
    const out = fs.openSync(process.argv[1], 'w');
    try { for (let i = 0; i < 100; i++) fs.writeSync(out, Buffer.alloc(100_000)); } catch (error) { console.log(error.code); }`;
  const some = limits({ fileBytes: 1_000_000 });
  const ended = await runLimited(t, [process.execPath, '-e', script, file], { limits: some });
  assert.ok(ended.out.trim() === 'EFBIG' || breachOf(ended, some)?.limit === 'file_size', JSON.stringify(ended));
  const { size } = statSync(file);
  assert.ok(size >= 1_000_000 && size < 1_001_024, `${size} bytes`);
});

test('a program that is ended for the size of its file is told from others', { skip: NEEDS_PROC }, async (t) => {
  const some = limits({ fileBytes: 10_000 });
  const file = join(temporaryFolder(t), 'big');
  const command = ['sh', '-c', 'exec head -c 100000 /dev/zero > "$0"', file] as [string, ...string[]];
  assert.equal(breachOf(await runLimited(t, command, { limits: some }), some)?.limit, 'file_size');
});

test('nothing leaves a core dump', { skip: NEEDS_PROC }, async (t) => {
  const dir = join(temporaryFolder(t), 'dump');
  mkdirSync(dir);
  chmodSync(dir, 0o777);
  const inner = ['sh', '-c', 'ulimit -c; cd "$0" && kill -ABRT $$', dir] as [string, ...string[]];
  const { out } = await runLimited(t, inner, { limits: { openFiles: 100 } });
  assert.equal(out.trim(), '0');
  assert.equal(existsSync(join(dir, 'core')), false);
});

/** Calls a few tools of a real server that runs within limits. */
async function works(t: TestContext, place: CgroupPlace | undefined): Promise<void> {
  const server = join(ROOT, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
  const { file, args } = limitedLine([process.execPath, server, 'stdio'], {
    limits: GENEROUS,
    ...(place === undefined ? { starter: commoner(2000) } : { place }),
  });
  const client = new Client({ name: 'test', version: '1' });
  t.after(() => client.close());
  await client.connect(new StdioClientTransport({ command: file, args: [...args], stderr: 'ignore' }));
  const { tools } = await client.listTools();
  assert.ok(tools.length > 5);
  const sum = await client.callTool({ name: 'get-sum', arguments: { a: 2, b: 3 } });
  assert.match(JSON.stringify(sum.content), /5/);
  assert.equal(place?.breach(), undefined);
}

test('a real server does its work within generous limits in a cgroup', { skip: NEEDS_CGROUPS }, async (t) => {
  await works(t, cgroup(t, GENEROUS));
});

test('a real server does its work within generous limits without a cgroup', { skip: NEEDS_PROC }, async (t) => {
  await works(t, undefined);
});

test('threads, web assembly and requests work under the least limit of data there is', {
  skip: NEEDS_PROC,
}, async (t) => {
  const script = `
    const { Worker } = require('node:worker_threads');
    const wasm = new WebAssembly.Memory({ initial: 100, maximum: 200 });
    const server = require('node:http').createServer((_, response) => response.end('served'));
    server.listen(0, '127.0.0.1', async () => {
      const answer = await fetch('http://127.0.0.1:' + server.address().port);
      const workers = [1, 2, 3, 4].map(() => new Promise((resolve) => new Worker('require("worker_threads").parentPort.postMessage(1)', { eval: true }).once('message', resolve)));
      await Promise.all(workers);
      console.log(await answer.text(), wasm.buffer.byteLength);
      process.exit(0);
    });`;
  const ended = await runLimited(t, [process.execPath, '-e', script], { limits: { memoryBytes: 64 * MB } });
  assert.deepEqual([ended.code, ended.out.trim()], [0, 'served 6553600'], ended.err);
});
