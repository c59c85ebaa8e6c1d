import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decodeJwt, type JWTPayload } from 'jose';
import { temporaryFolder } from '../../support/folder.ts';
import { type HttpResponse, modernPost, send } from '../../support/http/http.ts';
import { json, RawHttp } from '../../support/http/raw-http.ts';
import { sallyport } from '../../support/program/command.ts';
import { type Served, serve, serveConfig } from '../../support/program/serve.ts';

const READER_KEY = 'the-key-of-a-reader-at-the-outer-gate';
const ADMIN_KEY = 'the-key-of-an-admin-at-the-outer-gate';
const OUTER = 'https://outer.example/mcp';
const INNER = 'https://inner.example/mcp';

function hashOf(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

const KEYS = [
  { key: hashOf(READER_KEY), client_id: 'desk', roles: ['reader'], tenant: 'acme' },
  { key: hashOf(ADMIN_KEY), client_id: 'root', permissions: ['*'] },
];

interface Scene {
  readonly outer: Served;
  readonly inner: Served;
  call(key: string, tool: string): Promise<HttpResponse>;
}

/** The outer gateway mints tokens, the inner one believes its key set and has roles of its own. */
async function twoGateways(t: TestContext, credentials: object = {}): Promise<Scene> {
  const home = temporaryFolder(t);
  const tokens = { issuer: OUTER, key_file: join(home, 'signing.pem') };
  const settings = { auth: { api_keys: KEYS }, tokens };
  const config = join(home, 'keys.yaml');
  writeFileSync(config, `${serveConfig({})}security: ${JSON.stringify({ tokens })}\n`);
  const jwks = await sallyport(['token', 'jwks', '--config', config], { home });
  assert.equal(jwks.code, 0, jwks.stderr);
  const jwksFile = join(home, 'outer.jwks.json');
  writeFileSync(jwksFile, jwks.stdout);
  const believed = {
    issuer: OUTER,
    audience: INNER,
    jwks_file: jwksFile,
    roles_claim: 'roles',
    role_map: { reader: 'visitor' },
    max_lifetime: '1m',
  };
  const inner = await serve(t, {
    more: `security: ${JSON.stringify({ auth: { jwt: believed } })}\nroles: { visitor: { permissions: ["fix/echo"] } }\n`,
  });
  const backend = { name: 'far', url: inner.url, credentials: { mode: 'mint', audience: INNER, ...credentials } };
  const outer = await serve(t, {
    home,
    backends: `  - ${JSON.stringify(backend)}\n`,
    more: `security: ${JSON.stringify(settings)}\nroles: { reader: { permissions: ["*"] } }\n`,
  });
  const call = (key: string, name: string) =>
    send(outer.url, modernPost('tools/call', { name, arguments: { text: 'hi' } }, { authorization: `Bearer ${key}` }));
  return { outer, inner, call };
}

test('a gateway behind a gateway proves callers anew and lets them have no more than its own roles', async (t) => {
  const { outer, inner, call } = await twoGateways(t);
  const allowed = await call(READER_KEY, 'echo');
  assert.equal(allowed.status, 200, `${allowed.text} ${outer.stderr} ${inner.stderr}`);
  assert.match(allowed.text, /"result"/);
  const narrowed = await call(READER_KEY, 'received');
  assert.match(narrowed.text, /"error"/);
  const outsider = await call(ADMIN_KEY, 'echo');
  assert.match(outsider.text, /"error"/, 'a right at the outer gateway is none at the inner one');
});

test('the inner gateway writes down who called, through whom, and by whose word', async (t) => {
  const { inner, call } = await twoGateways(t);
  await call(READER_KEY, 'echo');
  const record = inner.records.find(
    ({ kind, action, resource }) => kind === 'call' && action === 'tools/call' && /echo/.test(resource),
  );
  assert.ok(record !== undefined);
  const { principal, client_id, roles, proof, issuer, actors } = record;
  assert.deepEqual(
    { principal, client_id, roles, proof, issuer, actors },
    {
      principal: '|acme|desk',
      client_id: 'desk',
      roles: ['visitor'],
      proof: 'jwt',
      issuer: OUTER,
      actors: [OUTER],
    },
  );
});

test('with proofs of possession the inner gateway takes only requests signed by the key a token is bound to', async (t) => {
  const { outer, inner, call } = await twoGateways(t, { dpop: 'on' });
  const allowed = await call(READER_KEY, 'echo');
  assert.match(allowed.text, /"result"/, `${allowed.text} ${outer.stderr} ${inner.stderr}`);
});

test('nothing of what a caller showed reaches a server, and no two callers are mixed', async (t) => {
  const far = new RawHttp(t);
  const complete = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
  far.onMessage('server/discover', (received) =>
    json(received, { ...complete, supportedVersions: ['2026-07-28'], capabilities: { tools: {} } }),
  );
  far.onMessage('tools/list', (received) =>
    json(received, { ...complete, tools: [{ name: 'work', inputSchema: { type: 'object' } }] }),
  );
  far.onMessage('tools/call', (received) =>
    json(received, { resultType: 'complete', content: [{ type: 'text', text: 'done' }] }),
  );
  const backend = {
    name: 'far',
    url: await far.listen(),
    credentials: { mode: 'mint', ttl: '30s', scopes: ['work:do'] },
  };
  const served = await serve(t, {
    backends: `  - ${JSON.stringify(backend)}\n`,
    more: `security: ${JSON.stringify({ auth: { api_keys: KEYS } })}\nroles: { reader: { permissions: ["*"] } }\n`,
  });
  const call = (key: string) => {
    const meta = { authorization: `Bearer ${key}`, 'x-api-key': undefined, cookie: 'session=of-the-caller' };
    return send(served.url, modernPost('tools/call', { name: 'work', arguments: {} }, meta));
  };
  for (const key of [READER_KEY, ADMIN_KEY, READER_KEY]) assert.match((await call(key)).text, /done/);
  const seen = JSON.stringify(
    far.received.map(({ method, path, headers, message }) => ({ method, path, headers, message })),
  );
  for (const secret of [READER_KEY, ADMIN_KEY, 'of-the-caller']) {
    assert.ok(!seen.includes(secret) && !seen.includes(Buffer.from(secret).toString('base64').slice(0, 20)));
  }
  const tokens = far.received.map(({ headers, message }) => ({
    method: message?.method as string,
    claims: decodeJwt(String(headers.authorization).replace('Bearer ', '')) as JWTPayload,
  }));
  const calls = tokens.filter(({ method }) => method === 'tools/call').map(({ claims }) => claims);
  assert.deepEqual(
    calls.map(({ sub, tenant, scope }) => [sub, tenant, scope]),
    [
      ['|acme|desk', 'acme', 'work:do'],
      ['root', undefined, 'work:do'],
      ['|acme|desk', 'acme', 'work:do'],
    ],
  );
  for (const { aud, mcp, exp, iat } of calls) {
    assert.equal(aud, backend.url);
    assert.equal(exp! - iat!, 30);
    const { backend: where, action, resource } = mcp as Record<string, string>;
    assert.deepEqual([where, action, resource], ['far', 'tools/call', 'far/work']);
  }
  assert.equal(new Set(tokens.map(({ claims }) => claims['jti'])).size, tokens.length);
});
