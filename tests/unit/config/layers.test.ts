import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overrides } from '../../../lib/config/overrides.ts';
import type { Config } from '../../../lib/model/config.ts';
import { type Files, load } from '../../support/config/config.ts';
import { defaultOf } from '../../support/config/config-texts.ts';

const backend = (name: string) => `version: 1\nbackends: [{name: ${name}, command: x}]\n`;
const USER = 'version: 1\nbackends: [{name: a, command: x}]\n';

test('`--config` beats `$SALLYPORT_CONFIG`, which beats the user config', (t) => {
  const chosen = (files: Files) => load(t, files).config.backends[0]!.name;
  const files = { flag: backend('flag'), variable: backend('variable'), user: backend('user') };
  assert.equal(chosen(files), 'flag');
  assert.equal(chosen({ ...files, flag: undefined! }), 'variable');
  assert.equal(chosen({ user: files.user }), 'user');
  assert.equal(chosen({ user: files.user, env: { SALLYPORT_CONFIG: '' } }), 'user');
});

test('a managed layer adds its own denials and narrows what is allowed', (t) => {
  const user =
    'version: 1\nbackends: [{name: a, command: x, allowed_tools: ["read_*", "write_*"], denied_tools: [one]}]';
  const managed = 'version: 1\nbackends: [{name: a, command: y, allowed_tools: ["read_*"], denied_tools: [two]}]';
  const [a] = load(t, { user, managed }).config.backends;
  assert.equal(a!.command, 'x', 'how it is launched is the matter of the first layer');
  assert.deepEqual(
    a!.tools.denied.map(({ glob }) => glob),
    ['one', 'two'],
  );
  assert.deepEqual(
    a!.tools.allowed.map(({ patterns }) => patterns.map(({ glob }) => glob)),
    [['read_*', 'write_*'], ['read_*']],
  );
  assert.match(a!.tools.denied[1]!.source, /managed\.yaml:2$/);
});

/** One setting: how a user sets it, how an administrator does, and what holds with both. */
const TIGHTENED: readonly [string, string, string, (config: Config) => unknown, unknown][] = [
  ['policies.default', 'policies: {default: allow}', 'policies: {default: deny}', (c) => defaultOf(c), 'deny'],
  [
    'policies.default, other way round',
    'policies: {default: deny}',
    'policies: {default: allow}',
    (c) => defaultOf(c),
    'deny',
  ],
  [
    'policies.requests',
    'policies: {requests: {sampling: allow}}',
    'policies: {requests: {sampling: deny}}',
    (c) => c.requests.sampling,
    'deny',
  ],
  [
    'policies.methods',
    'policies: {methods: {allow: [a/b, c/d]}}',
    'policies: {methods: {allow: [c/d]}}',
    (c) => c.methodsAllow,
    ['c/d'],
  ],
  [
    'policies.extensions',
    'policies: {extensions: {allow: [x]}}',
    'policies: {extensions: {allow: []}}',
    (c) => c.extensionsAllow,
    [],
  ],
  [
    'max_request_bytes',
    'limits: {max_request_bytes: 8MB}',
    'limits: {max_request_bytes: 1MB}',
    (c) => c.limits.maxRequestBytes,
    1e6,
  ],
  [
    'max_request_bytes, smaller below',
    'limits: {max_request_bytes: 1kB}',
    'limits: {max_request_bytes: 1MB}',
    (c) => c.limits.maxRequestBytes,
    1e3,
  ],
  [
    'on_oversize',
    'limits: {on_oversize: block}',
    'limits: {on_oversize: truncate}',
    (c) => c.limits.onOversize,
    'block',
  ],
  [
    'execution_timeout_secs',
    'limits: {execution_timeout_secs: 600}',
    'limits: {execution_timeout_secs: 60}',
    (c) => c.limits.executionTimeoutMs,
    60_000,
  ],
  ['audit.enabled', 'audit: {enabled: false}', 'audit: {enabled: true}', (c) => c.audit.enabled, true],
  [
    'audit.on_failure',
    'audit: {on_failure: continue}',
    'audit: {on_failure: block}',
    (c) => c.audit.onFailure,
    'block',
  ],
  ['audit.retention', 'audit: {retention: 1d}', 'audit: {retention: 30d}', (c) => c.audit.retentionMs, 30 * 86_400_000],
  [
    'audit.retention, longer below',
    'audit: {retention: 60d}',
    'audit: {retention: 30d}',
    (c) => c.audit.retentionMs,
    60 * 86_400_000,
  ],
  ['audit.fsync', 'audit: {fsync: 1s}', 'audit: {fsync: always}', (c) => c.audit.fsync, 'always'],
  [
    'audit.checkpoints',
    'audit: {checkpoints: false}',
    'audit: {checkpoints: true}',
    (c) => c.audit.checkpoints.enabled,
    true,
  ],
  [
    'audit.checkpoints, by a key of the administrator',
    'audit: {checkpoints: false}',
    'audit: {sign_key: /managed/audit.key}',
    (c) => [c.audit.checkpoints.enabled, c.audit.checkpoints.keyFile],
    [true, '/managed/audit.key'],
  ],
  [
    'audit.sign_key',
    'audit: {sign_key: /mine}',
    'audit: {sign_key: /managed}',
    (c) => c.audit.checkpoints.keyFile,
    '/managed',
  ],
  [
    'audit.checkpoint_every',
    'audit: {checkpoint_every: 5000}',
    'audit: {checkpoint_every: 100}',
    (c) => c.audit.checkpoints.every,
    100,
  ],
  [
    'audit.checkpoint_copy_to',
    'audit: {checkpoint_copy_to: /mine}',
    'audit: {checkpoint_copy_to: /managed}',
    (c) => c.audit.checkpoints.copyTo,
    '/managed',
  ],
  ['audit.dir', 'audit: {dir: /mine}', 'audit: {dir: /theirs}', (c) => c.audit.dir, '/theirs'],
  ['reload', 'reload: signal', 'reload: "off"', (c) => c.reload, 'off'],
  ['profile', 'profile: balanced', 'profile: strict', (c) => c.profile, 'strict'],
  ['profile, other way round', 'profile: strict', 'profile: balanced', (c) => c.profile, 'strict'],
  ['a managed profile against a key', 'policies: {default: allow}', 'profile: strict', (c) => defaultOf(c), 'deny'],
  [
    'a managed profile against a timeout',
    'limits: {execution_timeout_secs: 600}',
    'profile: strict',
    (c) => c.limits.executionTimeoutMs,
    30_000,
  ],
  [
    'a managed profile against audit',
    'audit: {on_failure: continue}',
    'profile: strict',
    (c) => c.audit.onFailure,
    'block',
  ],
  [
    'a managed profile that makes an exception itself',
    'policies: {default: allow}',
    'profile: strict\npolicies: {default: allow}',
    (c) => defaultOf(c),
    'allow',
  ],
  ['enforce', 'enforce: false', 'enforce: true', (c) => c.backends[0]!.enforce, true],
  ['enforce, left out', 'enforce: false', 'policies: {}', (c) => c.backends[0]!.enforce, true],
  ['enforce, given up', 'enforce: false', 'enforce: false', (c) => c.backends[0]!.enforce, false],
];

test('a managed layer only tightens, setting by setting', (t) => {
  for (const [name, user, managed, pick, wanted] of TIGHTENED) {
    const { config } = load(t, { user: `${USER}${user}\n`, managed: `version: 1\n${managed}\n` });
    assert.deepEqual(pick(config), wanted, name);
  }
});

test('what one backend sets for itself does not escape a managed layer', (t) => {
  const own =
    'enforce: false, limits: {execution_timeout_secs: 600, max_concurrent_calls: 500, max_response_bytes: 9MB, on_oversize: truncate}';
  const user = `version: 1\nbackends: [{name: a, command: x, ${own}}]\n`;
  const managed =
    'version: 1\nlimits: {execution_timeout_secs: 60, max_concurrent_calls: 5, max_response_bytes: 1MB, on_oversize: block}\n';
  const [a] = load(t, { user, managed }).config.backends;
  assert.equal(a!.enforce, true);
  const { executionTimeoutMs, maxConcurrentCalls, maxResponseBytes, onOversize } = a!.limits;
  assert.deepEqual([executionTimeoutMs, maxConcurrentCalls, maxResponseBytes, onOversize], [60_000, 5, 1e6, 'block']);
  const strict = load(t, { user, managed: 'version: 1\nprofile: strict\n' }).config.backends[0]!;
  assert.equal(strict.limits.executionTimeoutMs, 30_000);
  const free = load(t, { user }).config.backends[0]!;
  assert.deepEqual(
    [free.enforce, free.limits.executionTimeoutMs, free.limits.maxConcurrentCalls],
    [false, 600_000, 500],
  );
  const unconcerned = load(t, { user, managed: 'version: 1\nreload: "off"\n' }).config.backends[0]!;
  assert.equal(unconcerned.limits.executionTimeoutMs, 600_000);
});

test('flags loosen a user config and no managed one', (t) => {
  const user = `${USER}profile: strict\n`;
  const flags: Overrides = { observe: true, profile: 'balanced' };
  const free = load(t, { user }, flags).config;
  assert.deepEqual([free.profile, defaultOf(free), free.backends[0]!.enforce], ['balanced', 'allow', false]);
  for (const managed of ['profile: strict', 'profile: strict\nenforce: true']) {
    const bound = load(t, { user, managed: `version: 1\n${managed}\n` }, flags).config;
    assert.deepEqual([bound.profile, defaultOf(bound), bound.backends[0]!.enforce], ['strict', 'deny', true], managed);
  }
  const perBackend = 'version: 1\nenforce: false\nbackends: [{name: a, command: x, enforce: true}]\n';
  assert.equal(load(t, { user, managed: perBackend }, flags).config.backends[0]!.enforce, true);
  const released = load(t, { user, managed: 'version: 1\nenforce: false\n' }, flags).config;
  assert.equal(released.backends[0]!.enforce, false);
});

test('`wrap` takes policy, limits and audit from the files and no backend', (t) => {
  const user =
    'version: 1\nlimits: {max_concurrent_calls: 3}\npolicies: {default: deny}\nbackends: [{name: own, command: x, denied_tools: [a]}]\n';
  const managed = 'version: 1\nbackends: [{name: own, command: other, denied_tools: [b]}]\n';
  const only = { name: 'own', command: 'mine', args: ['1'] };
  const { config } = load(t, { user, managed }, { only, deny: ['c'], allow: ['d*'] });
  assert.equal(config.backends.length, 1);
  const [own] = config.backends;
  assert.deepEqual([own!.command, own!.args, own!.limits.maxConcurrentCalls], ['mine', ['1'], 3]);
  assert.equal(defaultOf(config), 'deny');
  assert.deepEqual(
    own!.tools.denied.map(({ glob, source }) => [glob, source.replace(/.*\//, '')]),
    [
      ['b', 'managed.yaml:2'],
      ['c', 'command line'],
    ],
  );
  assert.equal(config.names.prefix, false);
  const none = load(t, { user: 'version: 1\nlimits: {}\n' }, { only });
  assert.equal(none.config.backends[0]!.command, 'mine', '`backends` may be absent');
});

test('the revision changes with what is in force and with nothing else', (t) => {
  const revision = (text: string) => load(t, { user: text }).config.revision;
  assert.match(revision(USER), /^[0-9a-f]{12}$/);
  assert.notEqual(revision(USER), revision(`${USER}limits: {max_concurrent_calls: 7}\n`));
});
