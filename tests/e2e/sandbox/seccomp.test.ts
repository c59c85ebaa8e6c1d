import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ERRNO, type Openings, seccompFilter } from '../../../backends/sandbox/seccomp.ts';
import { type Arch, knownCalls } from '../../../backends/sandbox/syscalls.ts';

const BWRAP = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--unshare-all', '--die-with-parent'];
const FILTERED = process.arch === 'x64' || process.arch === 'arm64';
const NO_BWRAP =
  !FILTERED || spawnSync('bwrap', [...BWRAP, 'true'], { stdio: 'ignore' }).status !== 0
    ? 'bwrap does not run on this machine'
    : false;
const NO_PERL = NO_BWRAP || (spawnSync('perl', ['-e', '1']).status !== 0 ? 'perl is not installed' : false);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a sandbox to its end, under a filter unless there is none. */
async function inside(openings: Openings | undefined, file: string, ...args: string[]): Promise<Ended> {
  const seccomp = openings === undefined ? [] : ['--seccomp', '4'];
  const child = spawn('bwrap', [...BWRAP, ...seccomp, '--', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ignore', 'pipe'],
  });
  const filter = child.stdio[4] as NodeJS.WritableStream;
  filter.on('error', () => {});
  filter.end(openings === undefined ? '' : seccompFilter(process.arch as Arch, openings));
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ]);
  return { code, stdout, stderr };
}

/** What the errno is after a call, 0 for one that succeeds. */
async function errnoOf(openings: Openings | undefined, nr: number, args: readonly number[]): Promise<number> {
  const call = `$! = 0; my $got = syscall(${[nr, ...args].join(', ')}); print $got == -1 ? $! + 0 : 0`;
  const { stdout, stderr } = await inside(openings, 'perl', '-e', call);
  assert.match(stdout, /^\d+$/, stderr);
  return Number(stdout);
}

const CALLS = FILTERED ? knownCalls(process.arch as Arch) : new Map<string, number>();
const NEW_USER = 0x1000_0000;

/** Each of them ends otherwise without a filter. */
const FORBIDDEN: readonly [string, readonly number[], keyof typeof ERRNO][] = [
  ['unshare', [NEW_USER], 'EPERM'],
  ['setns', [-1, 0], 'EPERM'],
  ['clone', [NEW_USER | 17, 0, 0, 0, 0], 'EPERM'],
  ['clone3', [0, 0], 'ENOSYS'],
  ['ptrace', [16, -1, 0, 0], 'EPERM'],
  ['process_vm_readv', [1, 0, 0, 0, 0, 1], 'EPERM'],
  ['pidfd_getfd', [-1, 0, 0], 'EPERM'],
  ['mount', [0, 0, 0, 0, 0], 'EPERM'],
  ['io_uring_enter', [-1, 0, 0, 0, 0, 0], 'EPERM'],
  ['keyctl', [0, -3, 1], 'EPERM'],
  ['ioctl', [0, 0x5412, 0], 'EPERM'],
  ['socket', [1, 1, 0], 'EACCES'],
  ['socketpair', [1, 2, 0, 0], 'EACCES'],
  ['socket', [17, 3, 0], 'EAFNOSUPPORT'],
];

for (const [name, args, errno] of FORBIDDEN) {
  test(`${name}(${args.join(', ')}) fails in a sandbox with ${errno}, and not so without the filter`, {
    skip: NO_PERL,
  }, async () => {
    const nr = CALLS.get(name)!;
    assert.equal(await errnoOf({ unixSockets: false }, nr, args), ERRNO[errno]);
    assert.notEqual(await errnoOf(undefined, nr, args), ERRNO[errno]);
  });
}

test('sockets of the file system can be made where they are allowed', { skip: NO_PERL }, async () => {
  assert.equal(await errnoOf({ unixSockets: true }, CALLS.get('socket')!, [1, 1, 0]), 0);
});

/** A day in the life of a tool server: it listens, asks itself, computes beside and starts other programs. */
const SERVER = `
import { createServer } from 'node:http';
import { execFileSync, fork, spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { Worker } from 'node:worker_threads';
const server = createServer((_, response) => response.end('served')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const fetched = await (await fetch('http://127.0.0.1:' + server.address().port)).text();
server.close();
const worker = new Worker(new URL("data:text/javascript,import { parentPort } from 'node:worker_threads'; parentPort.postMessage('computed')"));
const computed = await new Promise((resolve) => worker.once('message', resolve));
const child = spawn(process.execPath, ['-e', "process.send('sent')"], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
const sent = await new Promise((resolve) => child.once('message', resolve));
const echoed = execFileSync('/bin/sh', ['-c', 'cat /proc/self/comm | tr -d "\\n"'], { encoding: 'utf8' });
const { address } = await lookup('localhost', { family: 4 });
console.log(JSON.stringify([fetched, computed, sent, echoed, address, Object.keys(networkInterfaces())]));
`;

test('Node serves, fetches, forks, uses threads and looks up names under the filter', { skip: NO_BWRAP }, async () => {
  const { stdout, stderr } = await inside(
    { unixSockets: false },
    process.execPath,
    '--input-type=module',
    '-e',
    SERVER,
  );
  assert.equal(stderr, '');
  assert.deepEqual(JSON.parse(stdout), ['served', 'computed', 'sent', 'cat', '127.0.0.1', ['lo']]);
});

test('a shell with pipes and a background job runs under the filter', { skip: NO_BWRAP }, async () => {
  const line = 'echo one two | tr " " "\n" | sort -r & wait; umask; ulimit -n > /dev/null; (exit 3)';
  const { code, stdout } = await inside({ unixSockets: false }, '/bin/sh', '-c', line);
  assert.match(stdout, /^two\none\n/);
  assert.equal(code, 3);
});
