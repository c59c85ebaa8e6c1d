import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMask } from '../../../lib/model/mask.ts';
import { faultsOf, load, problemsOf } from '../../support/config/config.ts';

type T = Parameters<typeof load>[0];

function faults(t: T, backend: string, env: Record<string, string> = {}): string[] {
  return faultsOf(t, `version: 1\nbackends:\n  - {name: a, ${backend}}\n`, env);
}

function warnings(t: T, backend: string, env: Record<string, string> = {}): string[] {
  const { warnings: found } = load(t, { flag: `version: 1\nbackends:\n  - {name: a, ${backend}}\n`, env });
  return found.map(({ code, where, message }) => `${code} ${where.replace(/.*flag\.yaml:/, '')} ${message}`);
}

test('a backend is started or reached, and each key goes with one of the two', (t) => {
  assert.deepEqual(faults(t, 'start: lazy'), [
    'SP1006 3:5 backends[0]: needs a `command` to start or a `url` to reach',
  ]);
  assert.deepEqual(faults(t, 'command: x, url: "https://a.example/mcp"'), [
    'SP1005 3:32 backends[0].url: stands beside `command`: a backend is started or reached, not both',
  ]);
  assert.deepEqual(faults(t, 'url: "https://a.example/mcp", env: {A: b}, args: [x], pass_env: [Y], cwd: /'), [
    'SP1005 3:50 backends[0].env: goes with `command`, which this backend has not',
    'SP1005 3:64 backends[0].args: goes with `command`, which this backend has not',
    'SP1005 3:79 backends[0].pass_env: goes with `command`, which this backend has not',
    'SP1005 3:89 backends[0].cwd: goes with `command`, which this backend has not',
  ]);
  assert.deepEqual(faults(t, 'command: x, headers: {A: b}, transport: sse, allow_private: true'), [
    'SP1005 3:36 backends[0].headers: goes with `url`, which this backend has not',
    'SP1005 3:55 backends[0].transport: goes with `url`, which this backend has not',
    'SP1005 3:75 backends[0].allow_private: goes with `url`, which this backend has not',
  ]);
});

test('a url is https, or http on loopback or where that is permitted, and holds no credentials', (t) => {
  const fault = (url: string, more = '') => faults(t, `url: ${JSON.stringify(url)}${more}`).join();
  for (const url of ['https://a.example/mcp', 'http://localhost:1/', 'http://127.0.0.9/x?y=z', 'http://[::1]:80/mcp']) {
    assert.equal(fault(url), '', url);
  }
  for (const url of [
    'http://a.example/',
    'http://127.0.0.1.example/',
    'http://10.0.0.1/',
    'http://localhost.example',
  ]) {
    assert.match(fault(url), /^SP1005 3:20 backends\[0\]\.url: must be https/, url);
    assert.equal(fault(url, ', allow_insecure: true'), '', url);
  }
  assert.match(fault('https://me:secret@a.example/'), /must not hold a user or a password/);
  assert.match(fault('https://me@a.example/'), /must not hold a user or a password/);
  assert.match(fault('https://a.example/#x'), /behind "#"/);
  for (const url of ['a.example/mcp', '/mcp', 'https://']) assert.match(fault(url), /must be a URL/, url);
  for (const url of ['file:///etc/passwd', 'ws://a.example/']) assert.match(fault(url), /must begin with https/, url);
});

test('a header that HTTP or the protocol needs, or that cannot be one, is a fault at its place that shows no value', (t) => {
  const fault = (header: string, value = 'v', env = {}) =>
    faults(t, `url: "https://a.example/", headers: {"${header}": "${value}"}`, env).join();
  for (const name of ['Host', 'content-type', 'Mcp-Session-Id', 'MCP-PARAM-x', 'Last-Event-ID', 'Accept-Encoding']) {
    assert.match(fault(name), /^SP1005 3:\d+ backends\[0\]\.headers\.[\w-]+: is set by Sallyport itself$/, name);
  }
  assert.match(fault('A b'), /is not a name a header can have/);
  for (const value of ['a\\nb', '\\u00e4', ' a', '']) assert.match(fault('X', value), /has a value no header/, value);
  const pasted = fault('Authorization', '${TOKEN}', { TOKEN: 'top-secret-token\n' });
  assert.match(pasted, /has a value no header/);
  assert.doesNotMatch(pasted, /top-secret/);
  assert.equal(fault('Authorization', 'Bearer ${TOKEN}', { TOKEN: 'top-secret-token' }), '');
});

test('what a backend is sent is masked, and a secret that stands literally is warned about', (t) => {
  const flag = `version: 1
backends:
  - name: a
    url: https://a.example/mcp?api_key=query-secret&page=welcome
    headers: { Authorization: Bearer literal-secret, X-Tenant: some-tenant }
`;
  const { config, settings, warnings: found } = load(t, { flag });
  const mask = createMask(config.secrets);
  const shown = mask(JSON.stringify(settings));
  for (const secret of ['query-secret', 'literal-secret', 'some-tenant'])
    assert.doesNotMatch(shown, new RegExp(secret));
  assert.match(shown, /page=welcome/);
  assert.deepEqual(
    found.map(({ code, message }) => [code, message]),
    [['SP1103', 'the url of a may be a literal secret']],
  );
  const opaque = '0123456789abcdef0123';
  const header = (name: string, value: string, env = {}) =>
    warnings(t, `url: "https://a.example/", headers: {${name}: "${value}"}`, env).join();
  assert.match(
    header('Authorization', `Bearer ${opaque}`),
    /^SP1103 3:\d+ Authorization of a may be a literal secret$/,
  );
  assert.match(header('X-Api-Key', opaque), /^SP1103/);
  assert.match(header('X-Anything', 'ghp_0123456789abcdefghijABCDEFGHIJ'), /looks like a literal secret/);
  assert.equal(header('X-Request-Source', opaque), '');
  assert.equal(header('X-Api-Key', '${KEY}', { KEY: opaque }), '');
});

test('a later layer only narrows how a backend is reached, and never sends its secrets to another one', (t) => {
  const user =
    'version: 1\nbackends: [{name: a, url: "https://user.example/", allow_private: true, connect_timeout_secs: 5}]';
  const managed = `version: 1
backends:
  - {name: a, url: "https://managed.example/", headers: {Authorization: managed-secret}, allow_private: false,
     connect_timeout_secs: 9, transport: sse}
`;
  const { remote } = load(t, { user, managed }).config.backends[0]!;
  assert.deepEqual(remote, {
    url: 'https://user.example/',
    headers: {},
    transport: 'sse',
    allowPrivate: false,
    allowInsecure: false,
    connectTimeoutMs: 5000,
  });
  const started = load(t, { user: 'version: 1\nbackends: [{name: a, command: x}]', managed }).config.backends[0]!;
  assert.deepEqual([started.command, started.remote], ['x', undefined]);
  const reached = load(t, { user, managed: 'version: 1\nbackends: [{name: a, command: y}]' }).config.backends[0]!;
  assert.deepEqual([reached.command, reached.remote?.url], ['', 'https://user.example/']);
});

test('an administrator who forbids http is not overruled, and the fault stands where it is forbidden', (t) => {
  const user = 'version: 1\nbackends: [{name: a, url: "http://user.example/", allow_insecure: true}]';
  const managed = 'version: 1\nbackends: [{name: a, url: "https://user.example/", allow_insecure: false}]';
  const [problem, second] = problemsOf(t, { user, managed });
  assert.equal(problem?.message, 'a is reached by http, which is forbidden here');
  assert.match(problem?.where ?? '', /managed\.yaml:2:\d+$/);
  assert.equal(second, undefined);
  assert.equal(load(t, { user }).config.backends[0]!.remote?.allowInsecure, true);
});
