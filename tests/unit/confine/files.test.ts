import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confinementOf } from '../../../lib/confine/files.ts';
import type { Confinement } from '../../../lib/model/confinement.ts';
import type { MountPath } from '../../../lib/model/sandbox.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { pathsScene } from '../../support/policy/paths-scene.ts';

const POSIX = process.platform === 'win32' ? 'paths of Windows are others' : false;
const PROJECT = '/home/ana/project';

interface Given {
  readonly sandbox?: object;
  readonly tools?: object;
  readonly baseline?: object;
  readonly managed?: object;
}

function confined({ sandbox = {}, tools = {}, baseline = {}, managed }: Given): Confinement {
  const { config } = configOf({
    config: JSON.stringify({
      version: 1,
      backends: [{ name: 'files', command: 'files-server', sandbox: { mode: 'required', ...sandbox } }],
      policies: { tools, baseline },
    }),
    managed: managed && JSON.stringify({ version: 1, ...managed }),
  });
  return confinementOf(config, config.backends[0]!);
}

const paths = (list: readonly MountPath[] | undefined) => list?.map(({ path }) => path);
const rule = (selector: string, said: object) => ({ [selector]: { paths: said } });

test('without a rule all can be read but credentials, and the project can be written to', { skip: POSIX }, () => {
  const { read, write, hide, own } = confined({});
  assert.equal(read, undefined);
  assert.deepEqual(paths(write), [PROJECT]);
  for (const path of ['.ssh', '.aws', '.config/gh', '.config/op', '.netrc', '.npmrc', '.git-credentials'])
    assert.ok(hide.includes(`/home/ana/${path}`), path);
  assert.ok(hide.includes('/etc/shadow'));
  assert.ok(hide.every((path) => path.startsWith('/') && !/[*?{}~]/.test(path)));
  assert.ok(own.includes('/home/ana/.local/state/sallyport'));
});

/** What a rule on paths makes of the file system: `read`, `write` and `protect`. */
type Row = readonly [
  title: string,
  tools: object,
  wanted: Readonly<{ read: readonly string[] | undefined; write: readonly string[]; protect?: readonly string[] }>,
];

const RULES: readonly Row[] = [
  [
    'a list for the whole backend is all there is, to be read and written to',
    rule('files/*', { allow: ['/srv/a/**', './docs'] }),
    { read: ['/srv/a', `${PROJECT}/docs`], write: ['/srv/a', `${PROJECT}/docs`] },
  ],
  [
    'a list for some tools is written to, and what may be read stays, since a process does not say for which tool it reads',
    rule('files/write_*', { allow: ['/srv/a/**'] }),
    { read: undefined, write: ['/srv/a'] },
  ],
  [
    'a list for an hour of the day narrows nothing that holds all day',
    { 'files/*': { paths: { allow: ['/srv/a/**'] }, schedule: { days: ['mon-fri'], timezone: 'UTC' } } },
    { read: undefined, write: ['/srv/a'] },
  ],
  [
    'what is read only is read, kept from being written to, and no folder to write to',
    rule('files/*', { allow: ['/srv/a/**', '/srv/b/**'], read_only: ['/srv/b/**'] }),
    { read: ['/srv/a', '/srv/b', '/srv/b'], write: ['/srv/a'], protect: ['/srv/b'] },
  ],
  [
    'a folder is what stands before the first wildcard, and a list of all there is lists nothing',
    rule('files/*', { allow: ['/srv/a/*.csv', '/**'] }),
    { read: ['/srv/a'], write: ['/srv/a'] },
  ],
  [
    'a rule for another backend says nothing',
    rule('web/*', { allow: ['/srv/a/**'] }),
    { read: undefined, write: [PROJECT] },
  ],
];

for (const [title, tools, wanted] of RULES) {
  test(title, { skip: POSIX }, () => {
    const { read, write, protect } = confined({ tools, baseline: { control_files: 'allow' } });
    assert.deepEqual([paths(read), paths(write), protect], [wanted.read, wanted.write, wanted.protect ?? []]);
  });
}

test('what a rule denies by its whole name is not there, and names with wildcards are judged in calls alone', {
  skip: POSIX,
}, () => {
  const deny = [
    '/srv/keys',
    '/srv/all/**',
    '~/private/*',
    './conf',
    '*.pem',
    'secrets/**',
    '/srv/*.db',
    '/srv/**/x',
    '/**',
  ];
  const { hide } = confined({ tools: rule('files/*', { deny }), baseline: { credential_files: 'allow' } });
  assert.deepEqual(hide, ['/srv/keys', '/srv/all', '/home/ana/private', `${PROJECT}/conf`]);
});

test('what only some calls are denied is there, since the others need it', { skip: POSIX }, () => {
  const baseline = { credential_files: 'allow' };
  assert.deepEqual(confined({ tools: rule('files/write_*', { deny: ['/srv/keys'] }), baseline }).hide, []);
});

test('lists of the sandbox go before those of rules, which stay what calls are judged by', { skip: POSIX }, () => {
  const tools = rule('files/*', { allow: ['/srv/a/**'] });
  const { read, write } = confined({ tools, sandbox: { read: ['/srv'], write: ['/srv/out'] } });
  assert.deepEqual([paths(read), paths(write)], [['/srv', '/srv/a'], ['/srv/out']]);
  assert.equal(read![0]!.needed, true);
  assert.equal(read![1]!.needed, false);
});

test('credentials somebody lists by their place are there, the others are not', { skip: POSIX }, () => {
  const { hide } = confined({ sandbox: { read: ['/home/ana/.aws'], deny: ['/srv/x'] } });
  assert.ok(!hide.includes('/home/ana/.aws'));
  assert.ok(hide.includes('/home/ana/.ssh'));
  assert.ok(hide.includes('/srv/x'));
  assert.ok(confined({ sandbox: { read: ['/home/ana'] } }).hide.includes('/home/ana/.aws'), 'a home is no such list');
});

test('where credentials are allowed none are hidden, unless an administrator denies them', { skip: POSIX }, () => {
  const baseline = { credential_files: 'allow' };
  assert.deepEqual(confined({ baseline }).hide, []);
  const managed = { policies: { baseline: { credential_files: 'deny' } } };
  assert.ok(confined({ baseline, managed }).hide.includes('/home/ana/.ssh'));
});

test('what an administrator denies is hidden, whatever the user lists', { skip: POSIX }, () => {
  const managed = { security: { sandbox: { deny: ['/srv/keys'] } } };
  const { hide } = confined({ managed, sandbox: { read: ['/srv/keys/x'], write: ['/srv/keys'], deny: ['/srv/mine'] } });
  assert.ok(hide.includes('/srv/keys'));
  assert.ok(hide.includes('/srv/mine'));
});

test('what a sandbox lists for reading is what calls may name, before the sandbox refuses it without a reason', {
  skip: POSIX,
}, async () => {
  const sandbox = 'sandbox: { mode: required, read: [/srv/a], write: [/srv/out], deny: [/srv/a/keys] }';
  const { decide } = pathsScene({ backend: `command: files-server, cwd: ${PROJECT}, ${sandbox}` });
  const said = async (path: string, tool = 'read') => {
    const { effect, reason } = await decide({ path }, tool);
    return effect === 'allow' ? 'allow' : `${effect} ${reason!.rule}`;
  };
  assert.equal(await said('/srv/a/data.csv'), 'allow');
  assert.equal(await said('/srv/out/x', 'write'), 'allow');
  assert.equal(await said('/srv/a/keys/k'), 'deny backends[0].sandbox.deny[0]');
  assert.equal(await said('/srv/b/x'), 'deny backends[0].sandbox.read');
  assert.equal(await said('/srv/a/x', 'write'), 'deny backends[0].sandbox.read[0]');
});

test('what developers run in a folder that can be written to is protected, unless policy allows to change it', {
  skip: POSIX,
}, () => {
  const { protect } = confined({});
  assert.ok(protect.includes(`${PROJECT}/.git/hooks`) && protect.includes(`${PROJECT}/.mcp.json`), protect.join(' '));
  assert.deepEqual(confined({ baseline: { control_files: 'allow' } }).protect, []);
});
