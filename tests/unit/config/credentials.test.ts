import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { faultsOf, load } from '../../support/config/config.ts';

/** A backend in a sandbox with the network of the proxy, in flow style from line 3 on. */
function backend(credentials: string, sandbox = '{mode: required, network: proxy}', more = ''): string {
  return `version: 1\nbackends:\n  - {name: a, command: x, sandbox: ${sandbox},${more}\n     credentials: ${credentials}}\n`;
}

const HELD = '{inject: proxy, variables: {T: {file: /t, hosts: [api.example.com]}}}';

function faults(t: TestContext, ...args: Parameters<typeof backend>): string[] {
  return faultsOf(t, backend(...args), { A_TOKEN: 'a-token-of-somebody' });
}

test('secrets are resolved with where they come from and where they are sent', (t) => {
  const flag = backend('{inject: proxy, variables: {T: {command: [gh, auth, token], hosts: ["h:8443"], like: ghp_}}}');
  const { credentials } = load(t, { flag }).config.backends[0]!;
  assert.deepEqual(credentials, {
    authorization: undefined,
    inject: 'proxy',
    variables: [
      { name: 'T', from: { kind: 'command', command: ['gh', 'auth', 'token'] }, hosts: ['h:8443'], like: 'ghp_' },
    ],
  });
  assert.deepEqual(faults(t, HELD), []);
  assert.deepEqual(faults(t, '{variables: {T: {value: "${A_TOKEN}"}}}', '{mode: off}'), []);
});

test('secrets that nothing would hold back are a fault', (t) => {
  assert.deepEqual(faults(t, HELD, '{mode: off}'), [
    'SP1005 4:28 the sandbox of a is off, so nothing holds its secrets back',
  ]);
  assert.deepEqual(faults(t, HELD, '{mode: auto, network: host}'), [
    'SP1005 4:28 the network of a is `host`, which leads past the proxy',
  ]);
  assert.deepEqual(faults(t, HELD, '{mode: required, network: none}'), [
    'SP1005 4:28 the network of a is `none`, which leads past the proxy',
  ]);
  assert.deepEqual(faults(t, '{inject: proxy, variables: {T: {file: /t}}}'), [
    'SP1005 4:50 T of a has no `hosts` it is sent to',
  ]);
});

test('hosts are written out, for a wildcard would name hosts nobody thought of', (t) => {
  const hosts = '["*.example.com", "h:0", "h:65536", "https://h", "h/x", "u@h", "a.b:443", "127.0.0.1"]';
  assert.deepEqual(
    faults(t, `{inject: proxy, variables: {T: {file: /t, hosts: ${hosts}}}}`).map((text) => text.slice(7)),
    [
      '4:69 "*.example.com" is no host or host:port written out',
      '4:86 "h:0" is no host or host:port written out',
      '4:93 "h:65536" is no host or host:port written out',
      '4:104 "https://h" is no host or host:port written out',
      '4:117 "h/x" is no host or host:port written out',
      '4:124 "u@h" is no host or host:port written out',
    ],
  );
});

test('what would only look like holding a secret back is a fault', (t) => {
  assert.deepEqual(faults(t, '{variables: {T: {file: /t, hosts: [h]}}}'), [
    'SP1005 4:53 T of a is handed over: `hosts` holds with `inject: proxy`',
  ]);
  assert.deepEqual(faults(t, HELD, undefined, ' env: {T: x},'), ['SP1005 4:50 T of a stands in its `env` as well']);
  assert.deepEqual(
    faultsOf(t, 'version: 1\nbackends: [{name: a, url: "https://x/", credentials: {variables: {T: {file: /t}}}}]\n'),
    ['SP1005 2:54 a is reached, not started here: its secrets belong into `headers`'],
  );
  assert.deepEqual(faults(t, '{inject: proxy, variables: {T: {file: /t, hosts: [h], like: "a b"}}}'), [
    'SP1005 4:79 backends[0].credentials.variables.T.like: must be of letters, digits, "_", "-", "." and "~"',
  ]);
});

test('a secret that stands in the file is warned about, and masked', (t) => {
  const { config, warnings } = load(t, { flag: backend('{variables: {T: {value: plain-and-visible}}}') });
  assert.deepEqual(
    warnings.map(({ code, message }) => `${code} ${message}`),
    ['SP1103 T of a may be a literal secret'],
  );
  assert.ok(config.secrets.includes('plain-and-visible'));
});
