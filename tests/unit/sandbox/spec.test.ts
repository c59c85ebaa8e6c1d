import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { mountArgs } from '../../../backends/sandbox/bwrap-mounts.ts';
import { forwardsFor, NOWHERE } from '../../../backends/sandbox/forwards.ts';
import { type Start, sandboxSpec } from '../../../backends/sandbox/spec.ts';
import type { Confinement } from '../../../lib/model/confinement.ts';
import type { SandboxConfig, SandboxSpec } from '../../../lib/model/sandbox.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { faultOf, lies, listed, mountedBy, seenAt } from '../../support/sandbox/mounted.ts';

const POSIX = process.platform === 'win32' ? 'paths of Windows are others' : false;

interface Changes extends Partial<Omit<Start, 'config' | 'confinement'>> {
  readonly sandbox?: Partial<SandboxConfig>;
  readonly env?: Readonly<Record<string, string>>;
  readonly confinement?: Partial<Confinement>;
}

/** A machine with a project, a neighbour of it, and a folder of ours. */
class Desk {
  readonly root: string;

  constructor(t: TestContext) {
    this.root = realpathSync(temporaryFolder(t));
    for (const folder of ['home', 'project/lib', 'project/keys', 'other', 'state/sandbox'])
      mkdirSync(join(this.root, folder), { recursive: true });
  }

  readonly at = (path: string): string => join(this.root, path);

  readonly spec = ({ sandbox = {}, env = {}, confinement = {}, ...start }: Changes = {}): SandboxSpec => {
    const { config } = configOf({ config: 'version: 1\nbackends: [{ name: files, command: files-server }]' });
    const [backend] = config.backends;
    return sandboxSpec({
      config: {
        ...backend!,
        env,
        cwd: this.at('project'),
        sandbox: { ...backend!.sandbox, network: 'none', ...sandbox },
      },
      others: [],
      file: process.execPath,
      args: [],
      variables: { HOME: this.at('home'), PATH: '/usr/bin:/bin', ...env },
      confinement: { read: undefined, write: [], protect: [], hide: [], own: [this.at('state')], ...confinement },
      forwards: NOWHERE,
      run: 'a-run',
      isContainer: false,
      ownFolder: this.at('state/sandbox/files'),
      instead: undefined,
      ...start,
    });
  };
}

test('what was written down and is not there is told with its place, and what is usual is left out', {
  skip: POSIX,
}, (t) => {
  const { at, spec } = new Desk(t);
  for (const list of ['read', 'write'] as const) {
    const { message, fix } = faultOf(() =>
      spec({ confinement: { [list]: [listed(at('none'), 'sallyport.yaml:12')] } }),
    );
    assert.equal(message, `"${at('none')}" (sallyport.yaml:12) is not there`);
    assert.equal(fix, 'make it, or take it off the list');
  }
  const usual = { path: at('none'), source: 'default', needed: false };
  assert.deepEqual(spec({ confinement: { write: [usual] } }).write, [at('state/sandbox/files')]);
});

test('our own folder cannot be listed, nor what lies in it, nor a link to it', { skip: POSIX }, (t) => {
  const { at, spec } = new Desk(t);
  symlinkSync(at('state'), at('other/link'));
  for (const path of ['state', 'state/sandbox', 'other/link']) {
    for (const list of ['read', 'write'] as const) {
      const { message } = faultOf(() => spec({ confinement: { [list]: [listed(at(path))] } }));
      assert.equal(message, `"${at(path)}" lies in ${at('state')}, which is Sallyport's own`);
    }
  }
  assert.ok(spec({ confinement: { read: [listed(at('other'))] } }).hide.includes(at('state')));
});

test('a link in a folder that can be written to is not followed out of it', { skip: POSIX }, (t) => {
  const { at, spec } = new Desk(t);
  symlinkSync(at('other'), at('project/lib/out'));
  symlinkSync(at('project/keys'), at('project/lib/in'));
  const write =
    (...paths: string[]) =>
    () =>
      spec({ confinement: { write: paths.map((path) => listed(at(path))) } });
  const { message, fix } = faultOf(write('project', 'project/lib/out'));
  assert.equal(message, `"${at('project/lib/out')}" leads out of ${at('project')}, which a backend may write to`);
  assert.equal(fix, 'list the folder it leads to, or take it off the list');
  assert.ok(write('project', 'project/lib/in')().write.includes(at('project/keys')));
});

test("a preset's folder is made, or must be there, as the preset says", { skip: POSIX }, (t) => {
  const { at, spec } = new Desk(t);
  const usual = (unlessFolder: 'make' | 'refuse') => ({
    confinement: { write: [{ path: at('home/new'), source: 'preset files', needed: false, unlessFolder }] },
  });
  assert.equal(
    faultOf(() => spec(usual('refuse'))).message,
    `"${at('home/new')}" (preset files) is in no folder but the home folder`,
  );
  assert.ok(spec(usual('make')).write.includes(at('home/new')));
  assert.ok(spec(usual('refuse')).write.includes(at('home/new')));
});

test('a program that is not there is told before anything is started', { skip: POSIX }, (t) => {
  const { spec } = new Desk(t);
  assert.equal(faultOf(() => spec({ file: 'no-such-server' })).message, 'there is no program "no-such-server"');
});

test('what lies in what is denied is in no list, whoever wrote it down and by whichever name', { skip: POSIX }, (t) => {
  const { at, spec } = new Desk(t);
  mkdirSync(at('project/keys/out'));
  symlinkSync(at('project/keys/out'), at('other/link'));
  const paths = ['project/keys', 'project/keys/out', 'other/link'].map((path) => listed(at(path)));
  const hide = [at('project/keys')];
  const { read, write, protect } = spec({
    confinement: { read: paths, write: paths, protect: paths.map(({ path }) => path), hide },
  });
  assert.deepEqual([read, write, protect], [[], [at('state/sandbox/files')], []]);
});

test('where nothing of its working folder is there, a server works in a private one', { skip: POSIX }, (t) => {
  const { at, spec } = new Desk(t);
  assert.equal(spec({ confinement: { read: [listed(at('project'))] } }).cwd, at('project'));
  assert.equal(spec({ confinement: { read: [listed(at('project/lib'))] } }).cwd, at('project'));
  assert.equal(spec({ confinement: { read: [listed(at('other'))] } }).cwd, '/tmp');
  assert.equal(spec().cwd, at('project'));
});

test('variables that lead out of a sandbox stay outside, and caches lead to its own folder', { skip: POSIX }, (t) => {
  const { at, spec } = new Desk(t);
  const outside = { SSH_AUTH_SOCK: '/run/agent', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus', DISPLAY: ':0' };
  const { env } = spec({
    variables: { ...outside, HOME: at('home'), PATH: '/usr/bin', TMPDIR: '/var/x', XDG_CACHE_HOME: '/c' },
  });
  assert.deepEqual(env, {
    HOME: at('home'),
    PATH: '/usr/bin',
    TMPDIR: '/tmp',
    XDG_CACHE_HOME: at('state/sandbox/files/cache'),
    npm_config_cache: at('state/sandbox/files/cache/npm'),
    SALLYPORT_RUN: 'a-run',
  });
  assert.equal(
    spec({ env: { XDG_CACHE_HOME: at('other') } }).env['XDG_CACHE_HOME'],
    at('other'),
    'its operator chose it',
  );
});

test('only with a proxy are there variables, listeners and names for it', { skip: POSIX }, (t) => {
  const { spec } = new Desk(t);
  const forwards = forwardsFor([{ host: 'api.example.com', port: undefined }]);
  const cut = spec({ forwards });
  assert.deepEqual([cut.listeners, cut.hosts, cut.env['http_proxy']], [[], {}, undefined]);
  const led = spec({ forwards, sandbox: { network: 'proxy' } });
  assert.deepEqual(led.hosts, { 'api.example.com': '127.1.0.1' });
  assert.equal(led.listeners.length, 3);
  assert.equal(led.env['HTTPS_PROXY'], 'http://127.0.0.1:3128');
});

test('what a server kept in its package is copied once to where it keeps it now', { skip: POSIX }, (t) => {
  const { at, spec } = new Desk(t);
  const script = at('project/node_modules/@x/memory/dist/index.js');
  mkdirSync(at('project/node_modules/@x/memory/dist'), { recursive: true });
  writeFileSync(script, '');
  writeFileSync(at('project/node_modules/@x/memory/dist/memory.jsonl'), 'before');
  const keeps = { variable: 'MEMORY_FILE_PATH', name: 'memory.jsonl', formerly: ['dist/memory.jsonl'] };
  const kept = at('state/sandbox/files/memory.jsonl');
  assert.equal(spec({ args: [script], sandbox: { keeps } }).env['MEMORY_FILE_PATH'], kept);
  assert.equal(readFileSync(kept, 'utf8'), 'before');
  writeFileSync(kept, 'since');
  spec({ args: [script], sandbox: { keeps } });
  assert.equal(readFileSync(kept, 'utf8'), 'since');
});

test('what is run in the place of a backend has its world, and only a terminal makes it interactive', {
  skip: POSIX,
}, (t) => {
  const { at, spec } = new Desk(t);
  const { file, args, interactive, programs } = spec({ instead: { command: ['/bin/sh', '-l'], interactive: true } });
  assert.deepEqual([file, args, interactive], ['/bin/sh', ['-l'], true]);
  assert.deepEqual(programs, spec().programs);
  assert.ok(existsSync(at('state/sandbox/files/cache')));
});

test('for a container no program of this machine is looked for folders', { skip: POSIX }, (t) => {
  assert.deepEqual(new Desk(t).spec({ isContainer: true }).programs, []);
});

test('whatever is denied is never below something that is shown after it', {
  skip: process.platform === 'linux' ? false : 'bwrap is of Linux',
}, (t) => {
  const { at, spec } = new Desk(t);
  const names = ['a', 'b', 'c'];
  for (const one of names) for (const two of names) mkdirSync(at(`other/${one}/${two}/deep`), { recursive: true });
  const path = fc
    .array(fc.constantFrom(...names, 'deep'), { minLength: 1, maxLength: 3 })
    .map((parts) => at(`other/${parts.join('/')}`));
  const usual = fc.array(
    path.map((one) => ({ path: one, source: 'default', needed: false })),
    { maxLength: 4 },
  );
  const plain = fc.array(path, { maxLength: 3 });
  fc.assert(
    fc.property(fc.option(usual, { nil: undefined }), usual, plain, plain, (read, write, protect, hide) => {
      const made = spec({ confinement: { read, write, protect, hide } });
      const mounted = mountedBy(mountArgs({ ...made, home: undefined }, true), at('other'));
      for (const denied of hide.filter(existsSync)) {
        assert.deepEqual(
          mounted.filter(({ at: place, what }) => what !== 'empty' && what !== 'closed' && lies(place, denied)),
          [],
        );
        const seen = seenAt(mounted, denied);
        assert.ok(seen === 'empty' || (seen === undefined && read !== undefined), `${denied}: ${seen}`);
        const emptied = mounted.findIndex(({ at: place, what }) => what === 'empty' && lies(denied, place));
        assert.ok(
          !mounted.slice(emptied + 1).some(({ at: place, what }) => what === 'writable' && lies(denied, place)),
        );
      }
    }),
    { numRuns: 200 },
  );
});
