import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Container } from '../../../backends/sandbox/container.ts';
import { EngineClient, type EngineName } from '../../../backends/sandbox/container-engine.ts';
import { SandboxFault, type SandboxSpec } from '../../../lib/model/sandbox.ts';
import { sandboxSpec } from '../../support/sandbox/spec.ts';

const IMAGE = `ghcr.io/acme/files:1.2@sha256:${'0a'.repeat(32)}`;
const HOST = { PATH: '/nowhere', HOME: '/home/ana', DOCKER_HOST: 'unix:///run/d.sock', SECRET: 'x', LD_PRELOAD: '/l' };

function driver(name: EngineName, uid = 1000): Container {
  const never = () => assert.fail('nothing is run');
  return new Container(name, new EngineClient(name, HOST, never), { uid, gid: 100, platform: 'linux' });
}

function wrapped(name: EngineName, changes: Partial<SandboxSpec> = {}, uid = 1000) {
  return driver(name, uid).wrap(sandboxSpec({ image: IMAGE, file: 'node', read: [], ...changes }));
}

/** The values an option is given, in their order. */
function values(args: readonly string[], option: string): string[] {
  return args.flatMap((arg, index) => (arg === option ? [args[index + 1]!] : []));
}

test('a container has a name, labels, no rights, no way to get any, and nothing it can write but /tmp', () => {
  const { file, args, cwd, inputs, handsOver } = wrapped('docker');
  assert.deepEqual([file, args[0], cwd, inputs.length, handsOver], ['docker', 'run', '/', 0, false]);
  for (const option of ['-i', '--rm', '--init', '--read-only', '--no-healthcheck']) assert.ok(args.includes(option));
  const run = 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
  assert.deepEqual(values(args, '--name'), [`sallyport-${run}-files-1`]);
  assert.deepEqual(values(args, '--label'), [`dev.sallyport.run=${run}`, 'dev.sallyport.backend=files']);
  assert.deepEqual(values(args, '--cap-drop'), ['ALL']);
  assert.deepEqual(values(args, '--security-opt'), ['no-new-privileges']);
  assert.deepEqual(values(args, '--pull'), ['never']);
  assert.deepEqual(values(args, '--log-driver'), ['none']);
  assert.deepEqual(values(args, '--ulimit'), ['core=0:0']);
  assert.deepEqual(values(args, '--mount'), []);
  assert.deepEqual(values(args, '--workdir'), []);
  assert.deepEqual(args.slice(-4), ['--entrypoint', 'node', IMAGE, 'server.js']);
});

test('no two containers of a run have one name', () => {
  const docker = driver('docker');
  const spec = sandboxSpec({ image: IMAGE, read: [] });
  assert.notEqual(values(docker.wrap(spec).args, '--name')[0], values(docker.wrap(spec).args, '--name')[0]);
});

test('the network is none or one of its own; that of the gateway is not offered', () => {
  assert.deepEqual(values(wrapped('docker').args, '--network'), ['none']);
  assert.deepEqual(values(wrapped('podman', { network: 'host' }).args, '--network'), ['bridge']);
  assert.deepEqual(driver('docker').networks, ['none', 'host']);
  assert.throws(() => wrapped('docker', { network: 'proxy' }), SandboxFault);
});

test('limits become those of the engine, and swap is no way around the one of memory', () => {
  const limits = {
    memoryBytes: 1000,
    cpuSeconds: 5,
    processes: 20,
    openFiles: 64,
    fileBytes: 4096,
    idleMs: undefined,
  };
  const { args } = wrapped('docker', { limits });
  assert.deepEqual([...values(args, '--memory'), ...values(args, '--memory-swap')], ['1000', '1000']);
  assert.deepEqual(values(args, '--pids-limit'), ['20']);
  assert.deepEqual(values(args, '--ulimit'), ['core=0:0', 'cpu=5:5', 'nofile=64:64', 'fsize=4096:4096']);
});

test('the caller is the user inside, by the way each engine has', async () => {
  const user = ({ args }: { args: readonly string[] }) => [...values(args, '--userns'), ...values(args, '--user')];
  assert.deepEqual(user(wrapped('docker')), ['1000:100']);
  assert.deepEqual(user(wrapped('podman')), ['keep-id', '1000:100']);
  assert.deepEqual(user(wrapped('podman', {}, 0)), ['0:100']);
  const says = '28.2.2 ["name=seccomp,profile=builtin","name=rootless"]';
  const run = async () => ({ ok: true, why: '', missing: false, timedOut: false, stdout: says, stderr: '' });
  const rootless = new Container('docker', new EngineClient('docker', HOST, run), {
    uid: 1000,
    gid: 100,
    platform: 'linux',
  });
  assert.deepEqual(await rootless.probe(), { works: true, said: 'docker 28.2.2, rootless' });
  assert.deepEqual(user(rootless.wrap(sandboxSpec({ image: IMAGE, read: [] }))), ['0:0']);
});

test('an image is taken by its digest only, and the fault says how to find that', () => {
  const bad = [
    undefined,
    'node',
    'node:22',
    'node@sha256:abc',
    `node@sha256:${'A'.repeat(64)}`,
    `-v/:/x@sha256:${'0'.repeat(64)}`,
    `a b@sha256:${'0'.repeat(64)}`,
    `@sha256:${'0'.repeat(64)}`,
  ];
  for (const image of bad) {
    assert.throws(
      () => wrapped('podman', { image }),
      (error) => error instanceof SandboxFault && error.fix.includes('podman image inspect'),
      String(image),
    );
  }
  assert.throws(
    () => wrapped('docker', { image: 'node:22' }),
    (error) => error instanceof SandboxFault && error.fix.startsWith('docker pull node:22, then'),
  );
});

test('values of variables stand in the environment of the client, never in arguments', () => {
  const { args, env } = wrapped('docker', { env: { TOKEN: 'hunter2', LANG: 'C' } });
  assert.deepEqual(values(args, '--env'), ['TOKEN', 'LANG', 'HOME=/tmp', 'SALLYPORT_RUN']);
  assert.ok(!args.join('\n').includes('hunter2'));
  assert.deepEqual(env, {
    PATH: '/nowhere',
    HOME: '/home/ana',
    DOCKER_HOST: 'unix:///run/d.sock',
    TOKEN: 'hunter2',
    LANG: 'C',
    SALLYPORT_RUN: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  });
});

test('places of this machine stay here, and those set for the backend do not change the client', () => {
  const { args, env } = wrapped('docker', { env: { PATH: '/nowhere', HOME: '/data', XDG_CACHE_HOME: '/data/c' } });
  assert.deepEqual(values(args, '--env'), ['HOME=/data', 'XDG_CACHE_HOME=/data/c', 'SALLYPORT_RUN']);
  assert.deepEqual([env['HOME'], env['PATH'], env['XDG_CACHE_HOME']], ['/home/ana', '/nowhere', undefined]);
});

test('a variable that would steer the client is refused unless the client has it already', () => {
  for (const name of ['DOCKER_HOST', 'CONTAINERS_CONF', 'CONTAINER_HOST', 'LD_PRELOAD', 'SSH_AUTH_SOCK']) {
    assert.throws(() => wrapped('podman', { env: { [name]: '/evil' } }), SandboxFault, name);
  }
  const same = wrapped('docker', { env: { DOCKER_HOST: 'unix:///run/d.sock' } });
  assert.deepEqual(values(same.args, '--env'), ['DOCKER_HOST', 'HOME=/tmp', 'SALLYPORT_RUN']);
});

test('a name that engines read more into is refused', () => {
  for (const name of ['A*', 'A=B', '', '-e', 'A B', 'A\n']) {
    assert.throws(() => wrapped('podman', { env: { [name]: '1' } }), SandboxFault, JSON.stringify(name));
  }
  for (const word of ['', 'a b', 'a,b', 'a"b']) {
    assert.throws(() => wrapped('podman', { run: word }), SandboxFault);
    assert.throws(() => wrapped('podman', { backend: word }), SandboxFault);
  }
});

test('podman hands over nothing its own settings name, and no proxy of the machine', () => {
  const { args } = wrapped('podman');
  assert.ok(args.includes('--env-host=false') && args.includes('--http-proxy=false'));
});

test('the working folder is taken along where it is mounted', () => {
  const cwd = '/work/project/sub';
  assert.deepEqual(values(wrapped('docker', { cwd, read: ['/work/project'] }).args, '--workdir'), [cwd]);
  assert.deepEqual(values(wrapped('docker', { cwd, write: ['/work'] }).args, '--workdir'), [cwd]);
  assert.deepEqual(values(wrapped('docker', { cwd, read: ['/work/proj'] }).args, '--workdir'), []);
});
