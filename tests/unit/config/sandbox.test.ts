import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overrides } from '../../../lib/config/overrides.ts';
import type { BackendConfig } from '../../../lib/model/config.ts';
import type { MountPath } from '../../../lib/model/sandbox.ts';
import { configOf, problemsIn } from '../../support/config/config-texts.ts';

const POSIX = process.platform === 'win32' ? 'paths of Windows are others' : false;
/** What `wrap` was given. */
const WRAPPED = { name: 'files', command: 'files-server' };
const NPX = { command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '/home/ana/project'] };

interface Given {
  /** `sandbox` of the backend, and of all of them, in the user's file and in the administrator's. */
  readonly own?: object;
  readonly all?: object;
  readonly managedOwn?: object;
  readonly managedAll?: object;
  readonly launch?: object;
  readonly profile?: 'balanced' | 'strict';
  readonly overrides?: Overrides;
}

function backendOf({ own, all, managedOwn, managedAll, launch, profile, overrides }: Given): BackendConfig {
  const backend = { name: 'files', ...(launch ?? { command: 'files-server' }), ...(own && { sandbox: own }) };
  const user = {
    version: 1,
    ...(profile && { profile }),
    backends: [backend],
    ...(all && { security: { sandbox: all } }),
  };
  const managed = {
    version: 1,
    ...(managedAll && { security: { sandbox: managedAll } }),
    ...(managedOwn && { backends: [{ name: 'files', command: 'files-server', sandbox: managedOwn }] }),
  };
  const isManaged = managedAll !== undefined || managedOwn !== undefined;
  const texts = { config: JSON.stringify(user), managed: isManaged ? JSON.stringify(managed) : undefined };
  return configOf(texts, overrides).config.backends.find(({ name }) => name === 'files')!;
}

const sandboxOf = (given: Given) => backendOf(given).sandbox;
const paths = (list: readonly MountPath[] | undefined) => list?.map(({ path }) => path);

/** The value of one key, after two sections speak of it. */
type Layered = readonly [key: 'mode' | 'network' | 'unixSockets', given: Given, wanted: unknown, why: string];

const LAYERS: readonly Layered[] = [
  ['mode', { own: { mode: 'off' }, managedAll: { mode: 'required' } }, 'required', 'an administrator wants it for all'],
  ['mode', { own: { mode: 'off' }, managedOwn: { mode: 'auto' } }, 'auto', 'an administrator wants it for this one'],
  ['mode', { own: { mode: 'required' }, managedAll: { mode: 'off' } }, 'required', 'the user wants more'],
  ['mode', { own: { mode: 'off' }, all: { mode: 'required' } }, 'off', 'in one file the own section goes before'],
  ['mode', { all: { mode: 'required' } }, 'required', 'what is said for all holds for one that says nothing'],
  ['network', { own: { network: 'host' }, managedAll: { network: 'proxy' } }, 'proxy', 'less than the machine'],
  ['network', { own: { network: 'proxy' }, managedAll: { network: 'none' } }, 'none', 'no network at all'],
  ['network', { own: { network: 'none' }, managedAll: { network: 'host' } }, 'none', 'the user wants less'],
  ['network', { own: { network: 'none' }, all: { network: 'host' } }, 'none', 'the own section goes before'],
  ['unixSockets', { own: { unix_sockets: true }, managedAll: { unix_sockets: false } }, false, 'only both may open it'],
  ['unixSockets', { own: { unix_sockets: true }, managedAll: { unix_sockets: true } }, true, 'both do'],
];

for (const [key, given, wanted, why] of LAYERS) {
  test(`${key} is ${wanted}, since ${why}: ${JSON.stringify(given)}`, () => {
    assert.equal(sandboxOf(given)[key], wanted);
  });
}

test('lists of an administrator narrow those of the user, and never add to them', { skip: POSIX }, () => {
  for (const key of ['read', 'write'] as const) {
    const listed = (own: string[], managed: string[]) =>
      paths(sandboxOf({ own: { [key]: own }, managedAll: { [key]: managed } })[key]);
    assert.deepEqual(listed(['/srv/a', '/srv/b/c', '/srv/bc', '/etc'], ['/srv/a', '/srv/b']), ['/srv/a', '/srv/b/c']);
    assert.deepEqual(listed(['/srv'], ['/srv/a']), [], 'a folder is not narrowed to what lies in it');
    assert.deepEqual(listed(['/srv/a/../x'], ['/srv/a']), []);
    assert.deepEqual(listed(['/srv/a'], ['/']), ['/srv/a']);
    assert.deepEqual(listed([], ['/srv/a']), []);
  }
});

test('what either denies is denied', { skip: POSIX }, () => {
  const given = { own: { deny: ['/srv/a'] }, managedAll: { deny: ['/srv/b'] }, managedOwn: {} };
  assert.deepEqual(paths(sandboxOf(given).deny), ['/srv/a', '/srv/b']);
});

test('a limit of an administrator is the most, and a smaller one of the user stays', () => {
  const limits = (own: object, managedAll: object) => sandboxOf({ own: { mode: 'auto', ...own }, managedAll }).limits;
  assert.equal(limits({ memory: '4GB' }, { memory: '1GB' }).memoryBytes, 1e9);
  assert.equal(limits({ memory: '500MB' }, { memory: '1GB' }).memoryBytes, 5e8);
  assert.equal(limits({ processes: 40 }, { processes: 20 }).processes, 20);
  assert.equal(limits({ idle: '10m' }, { idle: '30s' }).idleMs, 30_000);
});

test('usual limits come with a sandbox, and without one only those that are written down', () => {
  const { memoryBytes, processes, openFiles } = sandboxOf({ own: { mode: 'auto' } }).limits;
  assert.deepEqual([memoryBytes, processes, openFiles], [2e9, 512, 4096]);
  const without = sandboxOf({ own: { mode: 'off', open_files: 64 } }).limits;
  assert.deepEqual([without.memoryBytes, without.processes, without.openFiles], [undefined, undefined, 64]);
});

test('a flag chooses the mode unless an administrator asks for more', () => {
  const mode = (own: object, sandbox: 'off' | 'auto' | 'required', managedAll?: object) =>
    sandboxOf({ own, overrides: { only: WRAPPED, sandbox }, ...(managedAll && { managedAll }) }).mode;
  assert.equal(mode({ mode: 'required' }, 'off'), 'off', 'the user is who runs it');
  assert.equal(mode({ mode: 'off' }, 'required'), 'required');
  assert.equal(mode({}, 'off', { mode: 'auto' }), 'auto');
  assert.equal(mode({}, 'auto', { mode: 'required' }), 'required');
  assert.equal(mode({}, 'required', { mode: 'auto' }), 'required');
});

test('a flag cannot turn off what an administrator asks of one backend', () => {
  assert.equal(
    sandboxOf({ overrides: { only: WRAPPED, sandbox: 'off' }, managedOwn: { mode: 'required' } }).mode,
    'required',
  );
});

test('without a word about it a preset and the strict profile bring a sandbox, and a container brings its own', () => {
  assert.equal(sandboxOf({}).mode, 'off');
  assert.deepEqual([sandboxOf({ profile: 'strict' }).mode, sandboxOf({ profile: 'strict' }).network], ['auto', 'none']);
  assert.deepEqual([sandboxOf({ launch: NPX }).mode, sandboxOf({ launch: NPX }).network], ['auto', 'none']);
  for (const command of ['docker', 'podman'])
    assert.equal(sandboxOf({ launch: { command, args: ['run', '--rm', 'image'] }, profile: 'strict' }).mode, 'off');
});

test('a preset says what its server may write to, unless the config lists it', { skip: POSIX }, () => {
  const usual = sandboxOf({ launch: NPX });
  assert.deepEqual(paths(usual.write), ['/home/ana/project']);
  assert.match(usual.write[0]!.source, /preset filesystem/);
  assert.equal(usual.write[0]!.needed, false);
  const [written] = sandboxOf({ launch: NPX, own: { write: ['/srv/a'] } }).write;
  assert.deepEqual([written!.path, written!.needed], ['/srv/a', true]);
  assert.match(written!.source, /^sallyport\.yaml:1/);
});

test('paths are those of the project, `~` is the home folder, and one with a wildcard is refused with its place', {
  skip: POSIX,
}, () => {
  assert.deepEqual(paths(sandboxOf({ own: { write: ['./out', 'data', '/srv'] } }).write), [
    '/home/ana/project/out',
    '/home/ana/project/data',
    '/srv',
  ]);
  const text = 'version: 1\nsecurity:\n  sandbox:\n    write:\n      - /srv/*.db\n';
  assert.deepEqual(
    problemsIn(text).map(({ code, where, message }) => [code, where, /without wildcards/.test(message)]),
    [['SP1005', 'sallyport.yaml:5:9', true]],
  );
});

test('one list of hosts judges arguments and connections, with the place it is written at', () => {
  const config = JSON.stringify({
    version: 1,
    backends: [
      {
        name: 'web',
        command: 'web-server',
        sandbox: { domains: { allow: ['a.example.com'], deny: ['b.example.com'] } },
      },
    ],
  });
  const [rule, ...others] = configOf({ config }).config.policies.rules;
  assert.deepEqual(others, []);
  assert.equal(rule!.selector, 'web/*');
  assert.deepEqual(
    [rule!.domains!.allow!.patterns.map(({ glob }) => glob), rule!.domains!.deny.map(({ glob }) => glob)],
    [['a.example.com'], ['b.example.com']],
  );
});

test('a list of what may be read is what calls may name, what may be written included', () => {
  const pathsOf = (sandbox: object) =>
    configOf({
      config: JSON.stringify({ version: 1, backends: [{ name: 'files', command: 'files-server', sandbox }] }),
    }).config.policies.rules[0]?.paths;
  const globs = (sandbox: object) => pathsOf(sandbox)!.allow!.patterns.map(({ glob }) => glob);
  assert.deepEqual(globs({ read: ['/srv/a'] }), ['.', '/srv/a']);
  assert.deepEqual(globs({ read: ['/srv/a'], write: ['/srv/b'] }), ['/srv/b', '/srv/a']);
  assert.deepEqual(
    pathsOf({ read: ['/srv/a'] })!.readOnly.map(({ glob }) => glob),
    ['/srv/a'],
  );
  assert.equal(pathsOf({ write: ['/srv/b'] }), undefined);
  assert.equal(pathsOf({ deny: ['/srv/c'] })!.allow, undefined);
  assert.deepEqual(
    pathsOf({ deny: ['/srv/c'] })!.deny.map(({ glob }) => glob),
    ['/srv/c'],
  );
});
