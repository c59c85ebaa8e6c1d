import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Config } from '../../../lib/model/config.ts';
import type { ServerConfig } from '../../../lib/model/server-config.ts';
import { load, problemsOf } from '../../support/config/config.ts';
import { configOf, problemsIn } from '../../support/config/config-texts.ts';

const BACKENDS = 'version: 1\nbackends: [{ name: a, command: x }]\n';
const HASH = (digit: string) => `sha256:${digit.repeat(64)}`;

function read(config: string, managed?: string, env: Record<string, string> = {}): Config {
  const text = managed === undefined ? undefined : `version: 1\n${managed}`;
  return configOf({ config: BACKENDS + config, managed: text, env }).config;
}

function server(config: string, managed?: string): ServerConfig {
  return read(config, managed).server;
}

test('addresses are read as they are written, and nothing else is one', () => {
  const good: [string, string | undefined, number][] = [
    ['127.0.0.1:9020', '127.0.0.1', 9020],
    [':9020', undefined, 9020],
    ['[::1]:80', '::1', 80],
    ['mcp.internal:0', 'mcp.internal', 0],
  ];
  for (const [text, host, port] of good) {
    const { host: readHost, port: readPort } = server(`server: { listen_addr: "${text}" }`);
    assert.deepEqual([readHost, readPort], [host, port], text);
  }
  for (const text of ['9020', 'localhost', ':99999', '::1:80', 'http://x:1', '[localhost]:80', 'a b:1', '']) {
    const [problem] = problemsIn(`${BACKENDS}server: { listen_addr: "${text}" }`);
    assert.match(problem!.message, /^server.listen_addr: must be an address/, text);
  }
});

test('values that could mean something else than their author thinks are refused at their place', () => {
  const wrong = [
    'path: mcp',
    'path: /healthz',
    'path: /api/v1/tools',
    'path: /.well-known/oauth-protected-resource',
    'path: "/mcp?x=1"',
    'public_url: "mcp.example.com"',
    'public_url: "https://user:pass@mcp.example.com/mcp"',
    'public_url: "ftp://mcp.example.com"',
    'allowed_hosts: ["https://mcp.example.com"]',
    'allowed_hosts: ["*"]',
    'allowed_origins: ["*"]',
    'allowed_origins: ["null"]',
    'allowed_origins: ["https://app.example.com/"]',
    'allowed_origins: ["HTTPS://app.example.com"]',
    'trusted_proxies: ["10.0.0.0/33"]',
    'trusted_proxies: [proxy.internal]',
    'tls: { cert: a.pem }',
    'drain: 10',
    'max_sessions: 0',
  ];
  for (const key of wrong) {
    const problems = problemsIn(`${BACKENDS}server:\n  ${key}\n`);
    assert.equal(problems.length, 1, key);
    assert.match(problems[0]!.where, /:[34]:\d+$/, key);
  }
});

test('keys are kept as hashes, those of the environment too', () => {
  const keys = `security: { auth: { api_keys: [
    { key: "${HASH('a')}", client_id: one, roles: [r], expires: 2030-01-02 },
    { key: "\${KEY}", client_id: two } ] } }`;
  const { apiKeys } = read(keys, undefined, { KEY: 'a-key-of-the-environment' }).auth;
  const [first, second] = apiKeys;
  const nothing = { label: undefined, permissions: undefined, tenant: undefined, notBeforeMs: undefined };
  const given = { ...nothing, clientId: 'one', roles: ['r'], salt: '' };
  assert.deepEqual(first, { ...given, hash: 'a'.repeat(64), expiresMs: Date.UTC(2030, 0, 2) });
  assert.match(second!.hash, /^[0-9a-f]{64}$/);
  assert.ok(!JSON.stringify(apiKeys).includes('a-key-of'));
});

test('a managed config can only tighten what others may do', () => {
  const own = `server:
  listen_addr: 127.0.0.1:1
  legacy_sse: true
  allowed_origins: ["https://a.example", "https://b.example"]
  trusted_proxies: [10.0.0.1]
  max_sessions: 10
  session_idle: 5m
security: { auth: { api_keys: [{ key: "${HASH('a')}", client_id: own }] } }`;
  const managed = `server:
  listen_addr: 127.0.0.1:2
  legacy_sse: false
  allowed_origins: ["https://b.example", "https://c.example"]
  trusted_proxies: []
  max_sessions: 500
  session_idle: 1h
security: { auth: { api_keys: [{ key: "${HASH('b')}", client_id: managed }] } }`;
  const { port, legacySse, allowedOrigins, trustedProxies, limits } = server(own, managed);
  assert.deepEqual([port, legacySse, allowedOrigins, trustedProxies], [2, false, ['https://b.example'], []]);
  assert.deepEqual([limits.maxSessions, limits.sessionIdleMs], [10, 300_000]);
  assert.deepEqual(
    read(own, managed).auth.apiKeys.map(({ clientId }) => clientId),
    ['managed'],
    'no key of the user opens anything',
  );
  assert.equal(server(own, 'server: { legacy_sse: true }').legacySse, true);
  assert.equal(server('', 'server: { legacy_sse: true }').legacySse, true);
});

test('an administrator says which file takes back what, also where somebody else says who may come in', (t) => {
  const keys = `security: { auth: { api_keys: [{ key: "${HASH('a')}", client_id: a }], revocations: /own.json } }\n`;
  const managed = (auth: string) => `version: 1\nsecurity: { auth: { ${auth} } }`;
  const file = (more?: string) =>
    load(t, { flag: `${BACKENDS}${keys}`, ...(more && { managed: managed(more) }) }).config.auth.revocations;
  assert.equal(file(), '/own.json');
  assert.equal(file('revocations: /theirs.json'), '/theirs.json');
  const theirs = `api_keys: [{ key: "${HASH('b')}", client_id: b }]`;
  assert.match(file(theirs)!, /\/revoked\.json$/, 'what a user says does not count beside keys of an administrator');
  assert.equal(file(`${theirs}, revocations: /theirs.json`), '/theirs.json');
});

test('tokens that could be for any gateway are no way to come in', (t) => {
  const jwt = (more: string) => `security: { auth: { jwt: [{ issuer: a, jwks_file: /k${more} }] } }\n`;
  const asked = `security: { auth: { oauth: { authorization_servers: [https://a.example], introspection: { url: https://a.example, client_id: a, client_secret: b } } } }\n`;
  const start = (text: string, listen: string) =>
    load(
      t,
      { flag: `${BACKENDS}${text}server: { listen_addr: "${listen}", tls: { cert: /c, key: /k } }` },
      { serving: true },
    );
  for (const every of [':1', '0.0.0.0:1', '[::]:1']) {
    for (const text of [jwt(''), asked]) assert.throws(() => start(text, every), /SP1005 .*for which gateway/s, every);
    start(jwt(', audience: https://gate.example'), every);
    const named = `${BACKENDS}${jwt('')}server: { listen_addr: "${every}", public_url: https://gate.example }`;
    assert.deepEqual(load(t, { flag: named }, { serving: true }).config.auth.issuers[0]!.audiences, [
      'https://gate.example/mcp',
    ]);
  }
  assert.deepEqual(start(jwt(''), '192.0.2.1:1').config.auth.issuers[0]!.audiences, ['https://192.0.2.1:1/mcp']);
});

test('what protects less than it seems to is warned about', (t) => {
  const warned = (text: string) =>
    load(t, { flag: `${BACKENDS}${text}` }).warnings.map(({ code, where }) => `${code} ${where.split(':').at(-2)}`);
  const keys = `security: { auth: { api_keys: [{ key: "${HASH('a')}", client_id: a }] } }\n`;
  assert.deepEqual(warned('server: { listen_addr: ":1" }'), ['SP2004 3']);
  for (const every of [':1', '0.0.0.0:1', '[::]:1']) {
    assert.deepEqual(warned(`${keys}server: { listen_addr: "${every}" }`), ['SP1108 4', 'SP1109 4'], every);
  }
  assert.deepEqual(warned(`${keys}server: { listen_addr: "10.0.0.1:1", trusted_proxies: [10.0.0.2] }`), []);
  assert.deepEqual(warned(`${keys}server: { listen_addr: "127.0.0.2:1" }`), []);
  const serving = { serving: true };
  assert.throws(() => load(t, { flag: `${BACKENDS}server: { listen_addr: ":1" }` }, serving), /SP2004/);
  assert.throws(
    () =>
      load(
        t,
        {
          flag: `${BACKENDS}${keys}`,
          managed: `version: 1\nserver: { listen_addr: ":1" }\nsecurity: { auth: { api_keys: [] } }`,
        },
        serving,
      ),
    /SP2004 .*managed\.yaml:2/,
  );
});

test('a layer that empties the list of keys of another one closes the door, and does not take it away', (t) => {
  const keys = `security: { auth: { api_keys: [{ key: "${HASH('a')}", client_id: a }] } }\n`;
  for (const none of ['api_keys: []', 'certificates: []', 'api_keys: [], certificates: []']) {
    const managed = `version: 1\nsecurity: { auth: { ${none} } }`;
    assert.throws(() => load(t, { flag: `${BACKENDS}${keys}`, managed }, { serving: true }), /SP2007/, none);
  }
  const alone = `${BACKENDS}security: { auth: { api_keys: [] } }`;
  assert.deepEqual(load(t, { flag: alone }, { serving: true }).config.auth.apiKeys, []);
});

test('a key may not be what the environment gives to everybody, nor be shorter than can be guessed', (t) => {
  const faults = (key: string, env: Record<string, string>) =>
    problemsOf(t, { flag: `${BACKENDS}security: { auth: { api_keys: [{ key: "${key}", client_id: a }] } }`, env }).map(
      ({ code }) => code,
    );
  assert.deepEqual(faults('${KEY}', { KEY: 'a-key-of-the-environment' }), []);
  assert.deepEqual(faults('${HOME}', { HOME: '/home/someone-with-a-long-name' }), ['SP2005']);
  assert.deepEqual(faults('prefix-${KEY}', { KEY: 'a-key-of-the-environment' }), ['SP2005']);
  assert.deepEqual(faults('${KEY:-a-default-that-is-no-secret}', {}), ['SP2005']);
  assert.deepEqual(faults('${KEY}', { KEY: 'too-short' }), ['SP1005']);
});
