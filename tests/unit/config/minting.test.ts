import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, load } from '../../support/config/config.ts';

function backend(credentials: string, more = 'url: "https://far.example/mcp"'): string {
  return `version: 1\nbackends:\n  - {name: far, ${more},\n     credentials: ${credentials}}\n`;
}

test('a backend with `mode: mint` gets tokens for its own address, for a minute, unless it says otherwise', (t) => {
  const authorization = (yaml: string) => load(t, { flag: yaml }).config.backends[0]!.credentials.authorization;
  assert.deepEqual(authorization(backend('{mode: mint}')), {
    mode: 'mint',
    audience: 'https://far.example/mcp',
    ttlMs: 60_000,
    dpop: false,
    scopes: [],
  });
  assert.deepEqual(authorization(backend('{mode: mint, audience: far, ttl: 10m, dpop: on, scopes: ["a:b"]}')), {
    mode: 'mint',
    audience: 'far',
    ttlMs: 600_000,
    dpop: true,
    scopes: ['a:b'],
  });
  assert.equal(authorization(backend('{mode: static}')), undefined);
});

test('who we are to backends is our address, and our key lies among our own files', (t) => {
  const { config } = load(t, { flag: `${backend('{mode: mint}')}server: {listen_addr: "127.0.0.1:9020"}\n` });
  assert.equal(config.tokens.issuer, 'http://127.0.0.1:9020/mcp');
  assert.match(config.tokens.keyFile, /\/keys\/signing\.pem$/);
  assert.ok(config.ownPaths.includes(config.tokens.keyFile));
});

test('tokens that would not be made as a config says are a fault', (t) => {
  const faults = (...args: Parameters<typeof backend>) => faultsOf(t, backend(...args), { A: 'a-secret' });
  assert.deepEqual(faults('{mode: mint}', 'command: x'), [
    'SP1005 4:26 far is started here, and `mode: mint` is for what is reached by `url`',
  ]);
  for (const key of ['audience: x', 'ttl: 1m', 'dpop: on', 'scopes: [a]'])
    assert.match(faults(`{${key}}`).join(), /SP1005 4:\d+ `\w+` of far is for tokens, and its `mode` is `static`/);
  assert.match(
    faults('{mode: mint}', 'url: "https://far.example/mcp", headers: {authorization: "Bearer ${A}"}').join(),
    /SP1005 3:\d+ authorization of far is made anew for each request by `mode: mint`/,
  );
  for (const wrong of ['ttl: 11m', 'ttl: 1ms', 'scopes: ["a b"]', 'mode: magic'])
    assert.equal(faults(`{mode: mint, ${wrong}}`).length, 1, wrong);
});
