import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, type TestContext, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Container } from '../../../backends/sandbox/container.ts';
import { EngineClient } from '../../../backends/sandbox/container-engine.ts';
import type { SandboxSpec, Wrapped } from '../../../lib/model/sandbox.ts';
import { ROOT } from '../../support/paths.ts';
import { found, guardians, marked, noneLeft } from '../../support/program/survivors.ts';
import { podmanHere } from '../../support/sandbox/podman.ts';
import { sandboxSpec } from '../../support/sandbox/spec.ts';

const podman = podmanHere();
const skip = typeof podman === 'string' ? podman : false;
const here = typeof podman === 'string' ? undefined : podman;
after(() => here?.dispose());

const PACKAGES = realpathSync(join(ROOT, 'node_modules'));
const SERVER = join(PACKAGES, '@modelcontextprotocol', 'server-filesystem', 'dist', 'index.js');
const READY = 'the server is up';
const LIMITS = {
  memoryBytes: 512 * 1024 * 1024,
  cpuSeconds: 60,
  processes: 64,
  openFiles: 256,
  fileBytes: 1024 * 1024,
  idleMs: undefined,
};

const engine = new Container('podman', new EngineClient('podman', here?.env));

function specOf(run: string, changes: Partial<SandboxSpec> = {}): SandboxSpec {
  return sandboxSpec({ run, image: here!.image, read: [], limits: LIMITS, file: '/bin/sh', ...changes });
}

function wrapped(spec: SandboxSpec): Wrapped {
  return here!.adapted(engine.wrap(spec));
}

/** A folder of its own with something to see, to change and to hide. */
function project(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-project-')));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'keys'));
  writeFileSync(join(folder, 'keys', 'private'), 'key');
  writeFileSync(join(folder, '.env'), 'TOKEN=hunter2');
  writeFileSync(join(folder, 'notes.txt'), 'hello');
  return folder;
}

function start({ file, args, env, cwd }: Wrapped): ChildProcess {
  return spawn(file, args, { env, cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
}

async function said(wrapped: Wrapped): Promise<string> {
  const child = start(wrapped);
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return stdout + stderr;
}

/** A server that heeds neither the end of its input nor signals, once it is up. */
async function stubborn(wrapped: Wrapped): Promise<ChildProcess> {
  const child = start(wrapped);
  for await (const chunk of child.stdout!) if (String(chunk).includes(READY)) break;
  return child;
}

const STUBBORN = ['-c', `trap '' TERM HUP; echo '${READY}'; while :; do sleep 1; done`];

function containers(run: string): string[] {
  const args = ['ps', '-aq', '--filter', `label=dev.sallyport.run=${run}`];
  return execFileSync('podman', args, { env: here!.env, encoding: 'utf8' }).split('\n').filter(Boolean);
}

test('podman says what it is', { skip }, async () => {
  const probe = await engine.probe();
  assert.ok(probe.works && /^podman \d/.test(probe.said));
});

test('the official server for files works in a container and sees what it may', { skip }, async (t) => {
  const folder = project(t);
  const { file, args, env, cwd } = wrapped(
    specOf('e2e-files', {
      file: process.execPath,
      args: [SERVER, folder],
      cwd: folder,
      read: [PACKAGES],
      write: [folder],
      hide: [join(folder, 'keys'), join(folder, '.env')],
    }),
  );
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport({ command: file, args: [...args], env: { ...env }, cwd }));
  t.after(() => client.close());
  const call = async (name: string, given: Record<string, unknown>) => {
    const { content, isError } = await client.callTool({ name, arguments: given });
    return { text: (content as { text: string }[])[0]!.text, isError: isError === true };
  };
  assert.equal((await call('read_text_file', { path: join(folder, 'notes.txt') })).text, 'hello');
  await call('write_file', { path: join(folder, 'made.txt'), content: 'made inside' });
  assert.equal(readFileSync(join(folder, 'made.txt'), 'utf8'), 'made inside');
  assert.equal((await call('read_text_file', { path: join(folder, '.env') })).text, '');
  assert.ok((await call('read_text_file', { path: join(folder, 'keys', 'private') })).isError);
  assert.ok((await call('write_file', { path: join(folder, 'keys', 'more'), content: '' })).isError);
  assert.equal(containers('e2e-files').length, 1);
  await client.close();
  await found(() => (containers('e2e-files').length === 0 ? true : undefined), 30_000, 'the end of the container');
});

test('a container has no rights, no network, a private /tmp and the variables it is given', { skip }, async (t) => {
  const folder = project(t);
  const script = `
    const { readFileSync, writeFileSync } = require('node:fs');
    const tried = (what) => { try { return what() ?? 'done'; } catch (error) { return error.code; } };
    const status = readFileSync('/proc/self/status', 'utf8');
    console.log(JSON.stringify({
      capabilities: /CapEff:\\s*(\\w+)/.exec(status)[1],
      noNewRights: /NoNewPrivs:\\s*(\\w+)/.exec(status)[1],
      interfaces: Object.keys(require('node:os').networkInterfaces()),
      tmp: tried(() => writeFileSync('/tmp/a', '')),
      root: tried(() => writeFileSync('/a', '')),
      read: tried(() => writeFileSync(${JSON.stringify(join(folder, 'notes.txt'))}, '')),
      large: tried(() => writeFileSync('/tmp/b', Buffer.alloc(1024 * 1024 + 1))),
      token: process.env.TOKEN, home: process.env.HOME, run: process.env.SALLYPORT_RUN, host: process.env.LOGNAME,
    }));
  `;
  const inside = wrapped(
    specOf('e2e-rights', {
      file: process.execPath,
      args: ['-e', script],
      read: [folder],
      env: { TOKEN: 'hunter2', ...(process.env['LOGNAME'] ? { LOGNAME: process.env['LOGNAME'] } : {}) },
    }),
  );
  assert.ok(!inside.args.join(' ').includes('hunter2'));
  const output = await said(inside);
  assert.deepEqual(JSON.parse(output), {
    capabilities: '0000000000000000',
    noNewRights: '1',
    interfaces: ['lo'],
    tmp: 'done',
    root: 'EROFS',
    read: 'EROFS',
    large: 'EFBIG',
    token: 'hunter2',
    home: '/tmp',
    run: 'e2e-rights',
  });
});

test('what is left of a run is removed, and no container of another', { skip }, async (t) => {
  const [one, two] = [`e2e-one-${process.pid}`, `e2e-two-${process.pid}`];
  t.after(() => Promise.all([engine.reap(one), engine.reap(two)]));
  const first = await stubborn(wrapped(specOf(one, { args: STUBBORN })));
  await stubborn(wrapped(specOf(one, { args: STUBBORN, backend: 'other' })));
  await stubborn(wrapped(specOf(two, { args: STUBBORN })));
  process.kill(-first.pid!, 'SIGKILL');
  assert.deepEqual([containers(one).length, containers(two).length], [2, 1]);
  await engine.reap(one, 'files');
  assert.deepEqual([containers(one).length, containers(two).length], [1, 1]);
  await engine.reap(one);
  assert.deepEqual([containers(one).length, containers(two).length], [0, 1]);
});

const PLAIN = { verbatim: false, cwd: '/', inputs: [], handsOver: false, hasInner: false };

test('a container does not outlive a gateway that is killed', { skip }, async (t) => {
  const run = `e2e-guarded-${process.pid}`;
  t.after(() => engine.reap(run));
  const { file, args, env } = wrapped(specOf(run, { args: STUBBORN }));
  const script = `
    const { Guardian } = await import(${JSON.stringify(join(ROOT, 'build', 'backends', 'guardian.js'))});
    const { ServerProcess } = await import(${JSON.stringify(join(ROOT, 'build', 'backends', 'process.js'))});
    const guardian = new Guardian(${JSON.stringify(run)});
    guardian.watch();
    guardian.engine(${JSON.stringify(file)});
    const command = ${JSON.stringify({ ...PLAIN, file, args, env })};
    const server = new ServerProcess(command, guardian);
    server.stdout.once('data', () => process.send('up'));
    server.stderr.pipe(process.stderr);
  `;
  const gateway = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: here!.env,
  });
  t.after(() => gateway.kill('SIGKILL'));
  await new Promise((resolve) => gateway.once('message', resolve));
  assert.equal(containers(run).length, 1);
  gateway.kill('SIGKILL');
  await noneLeft(() => guardians(run), 20_000, 'a guardian');
  await found(() => (containers(run).length === 0 ? true : undefined), 30_000, 'the end of the container');
  assert.deepEqual(marked(run), []);
});
