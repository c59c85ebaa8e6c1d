import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Config } from '../../../lib/model/config.ts';
import { configOf, defaultOf } from '../../support/config/config-texts.ts';

const BACKEND = 'backends: [{ name: files, command: files-server }]';

function files(config: Config): Config['backends'][number] {
  return config.backends.find(({ name }) => name === 'files')!;
}

function merged(managed: string, user = BACKEND, overrides = {}): Config {
  return configOf({ config: `version: 1\n${user}`, managed: `version: 1\n${managed}` }, overrides).config;
}

test('a managed `enforce: true` holds whatever the user, a flag or a backend says', () => {
  const users = [
    BACKEND,
    `enforce: false\n${BACKEND}`,
    'backends: [{ name: files, command: files-server, enforce: false }]',
  ];
  for (const user of users) {
    for (const observe of [false, true]) {
      assert.equal(files(merged('enforce: true', user, { observe })).enforce, true, `${user} --observe ${observe}`);
    }
  }
});

test('without a managed layer a backend may be observed alone', () => {
  const text = 'version: 1\nbackends: [{ name: files, command: files-server, enforce: false }]';
  assert.equal(files(configOf({ config: text }).config).enforce, false);
});

test('an administrator may exempt a backend from their own rule', () => {
  const managed = 'enforce: true\nbackends: [{ name: files, command: files-server, enforce: false }]';
  assert.equal(files(merged(managed)).enforce, false);
});

test('a backend limit of the user cannot go past a managed limit', () => {
  const user = `backends:
  - name: files
    command: files-server
    limits: { max_request_bytes: 5MB, max_concurrent_calls: 500, execution_timeout_secs: 3000, on_oversize: truncate }`;
  const managed =
    'limits: { max_request_bytes: 1MB, max_concurrent_calls: 8, execution_timeout_secs: 20, on_oversize: block }';
  const { limits } = files(merged(managed, user));
  assert.deepEqual(
    [limits.maxRequestBytes, limits.maxConcurrentCalls, limits.executionTimeoutMs, limits.onOversize],
    [1_000_000, 8, 20_000, 'block'],
  );
});

test('a narrower limit of the user stays, for one backend and for all', () => {
  const user = `limits: { max_request_bytes: 300kB, max_response_bytes: 200kB }
backends: [{ name: files, command: files-server, limits: { max_request_bytes: 100kB } }]`;
  const { limits } = files(merged('limits: { max_request_bytes: 1MB, max_response_bytes: 1MB }', user));
  assert.deepEqual([limits.maxRequestBytes, limits.maxResponseBytes], [100_000, 200_000]);
});

test('within one file a backend may have a wider limit than the others', () => {
  const text = `version: 1
limits: { max_request_bytes: 1MB }
backends: [{ name: files, command: files-server, limits: { max_request_bytes: 5MB } }]`;
  assert.equal(files(configOf({ config: text }).config).limits.maxRequestBytes, 5_000_000);
  const managed = `limits: { max_request_bytes: 1MB }
backends: [{ name: files, command: files-server, limits: { max_request_bytes: 5MB } }]`;
  assert.equal(files(merged(managed)).limits.maxRequestBytes, 5_000_000);
});

test('what `wrap` was given is what it launches, whatever a managed backend of that name would be', () => {
  const managed = `enforce: true
backends:
  - { name: files, command: other-server, args: [--all], cwd: /srv, denied_tools: [delete_*] }`;
  const only = { name: 'files', command: 'files-server', args: ['--here'] };
  const backend = files(merged(managed, BACKEND, { only }));
  assert.deepEqual([backend.command, backend.args, backend.cwd], ['files-server', ['--here'], process.cwd()]);
  assert.deepEqual(
    backend.tools.denied.map(({ glob }) => glob),
    ['delete_*'],
  );
});

test('managed policy wins where it is stricter, and the user where they are', () => {
  const user = `policies: { default: allow, requests: { sampling: deny, elicitation: allow } }\n${BACKEND}`;
  const managed = 'policies: { default: require_approval, requests: { sampling: allow, elicitation: deny } }';
  const config = merged(managed, user);
  assert.deepEqual(
    [defaultOf(config), config.requests.sampling, config.requests.elicitation],
    ['require_approval', 'deny', 'deny'],
  );
});

test('methods and extensions pass only when every layer that speaks of them lists them', () => {
  const user = `policies: { methods: { allow: [x/a, x/b] }, extensions: { allow: [e/a] } }\n${BACKEND}`;
  const config = merged('policies: { methods: { allow: [x/b, x/c] }, extensions: { allow: [] } }', user);
  assert.deepEqual([config.methodsAllow, config.extensionsAllow], [['x/b'], []]);
});
