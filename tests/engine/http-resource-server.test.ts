import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineFront, proofOf } from '../support/engine/engine-front.ts';
import { modernPost, posted, send } from '../support/http/http.ts';
import { bearing, PlainTokens } from '../support/identity/plain-tokens.ts';

const OAUTH = { authorization_servers: ['https://idp.example'], scopes: ['mcp', 'tools'] };
const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const PUBLIC = { public_url: 'https://mcp.acme.example/team/mcp' };

function challenges(headers: Record<string, unknown>): string {
  return String(headers['www-authenticate']);
}

test('anybody is told where tokens for this gateway come from, and nothing else', async (t) => {
  const oauth = { ...OAUTH, scopes: { mcp: ['*'], offline_access: ['*'] }, documentation: 'https://acme.example/docs' };
  const { url } = await engineFront(t, { clients: ['ci'], server: PUBLIC, auth: { oauth } });
  for (const path of [WELL_KNOWN, `${WELL_KNOWN}/mcp`, `${WELL_KNOWN}/team/mcp`]) {
    const answer = await send(new URL(path, url).href, { method: 'GET' });
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers['cache-control'], 'private, max-age=300');
    const { dpop_signing_alg_values_supported: algorithms, ...document } = answer.json;
    assert.deepEqual(document, {
      resource: 'https://mcp.acme.example/team/mcp',
      authorization_servers: ['https://idp.example'],
      scopes_supported: ['mcp'],
      bearer_methods_supported: ['header'],
      resource_name: 'Sallyport',
      resource_documentation: 'https://acme.example/docs',
    });
    assert.ok(algorithms.includes('ES256') && !algorithms.some((name: string) => /^(?:HS|none)/.test(name)));
    const head = await send(new URL(path, url).href, { method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [200, '']);
    const post = await send(new URL(path, url).href, posted({}));
    assert.deepEqual([post.status, post.headers.allow], [405, 'GET, HEAD']);
  }
  for (const path of [`${WELL_KNOWN}/other`, `${WELL_KNOWN}x`, '/.well-known/oauth-authorization-server']) {
    assert.equal((await send(new URL(path, url).href, { method: 'GET' })).status, 404, path);
  }
});

test('without OAuth there is no metadata, and challenges point nowhere', async (t) => {
  const { url } = await engineFront(t, { clients: ['ci'] });
  assert.equal((await send(new URL(WELL_KNOWN, url).href, { method: 'GET' })).status, 404);
  const refused = await send(url, modernPost('tools/list'));
  assert.deepEqual([refused.status, challenges(refused.headers)], [401, 'Bearer realm="sallyport"']);
});

test('a page of an allowed origin may read the metadata, and one of another may not', async (t) => {
  const origin = 'https://app.acme.example';
  const { url } = await engineFront(t, {
    server: { allowed_origins: [origin] },
    auth: { oauth: OAUTH },
    clients: ['c'],
  });
  const at = new URL(WELL_KNOWN, url).href;
  const read = await send(at, { method: 'GET', headers: { Origin: origin } });
  assert.deepEqual([read.status, read.headers['access-control-allow-origin']], [200, origin]);
  const asked = { Origin: origin, 'Access-Control-Request-Headers': 'mcp-protocol-version' };
  const preflight = await send(at, { method: 'OPTIONS', headers: asked });
  assert.deepEqual(
    [preflight.status, preflight.headers['access-control-allow-headers']],
    [204, 'mcp-protocol-version'],
  );
  assert.equal((await send(at, { method: 'GET', headers: { Origin: 'https://evil.example' } })).status, 403);
  assert.equal((await send(at, { method: 'GET', headers: { Host: 'evil.example' } })).status, 403);
});

test('where the port is any that is free, the name of the resource is the one it was asked by', async (t) => {
  const { url } = await engineFront(t, { clients: ['ci'], auth: { oauth: OAUTH } });
  const { json } = await send(new URL(WELL_KNOWN, url).href, { method: 'GET' });
  assert.equal(json.resource, url);
  const { headers } = await send(url, modernPost('tools/list'));
  assert.match(challenges(headers), new RegExp(`resource_metadata="${new URL(`${WELL_KNOWN}/mcp`, url).href}"`));
});

test('who has no credential is told where to get one, and only who had a wrong one is told that it is wrong', async (t) => {
  const tokens = new PlainTokens();
  const { url } = await engineFront(t, { server: PUBLIC, provers: [tokens], clients: ['ci'], auth: { oauth: OAUTH } });
  const where = `resource_metadata="https://mcp.acme.example${WELL_KNOWN}/team/mcp", scope="mcp tools"`;
  const none = await send(url, modernPost('tools/list'));
  assert.equal(none.status, 401);
  const raw = none.headers['www-authenticate'] as string;
  assert.ok(raw.startsWith(`Bearer ${where}, DPoP algs="ES256 `), raw);
  assert.ok(!raw.includes('error='));
  const wrong = await send(url, modernPost('tools/list', {}, { Authorization: 'Bearer plain.x' }));
  assert.equal(wrong.status, 401);
  assert.match(
    challenges(wrong.headers),
    /^Bearer [^,]*, scope="mcp tools", error="invalid_token", DPoP algs="[^"]*"$/,
  );
  const unknown = await send(url, modernPost('tools/list', {}, { Authorization: 'Bearer something' }));
  assert.deepEqual(
    [unknown.text, challenges(unknown.headers)],
    [wrong.text, challenges(wrong.headers)],
    'unknown and wrong read alike',
  );
  const proofless = await send(url, modernPost('tools/list', {}, { Authorization: 'DPoP plain.x' }));
  assert.match(
    challenges(proofless.headers),
    /^Bearer [^,]*, scope="mcp tools", DPoP algs="[^"]*", error="invalid_token"$/,
  );
});

test('challenges speak of DPoP alone where it is required, and not at all where it is off', async (t) => {
  const schemes = async (dpop: string) => {
    const { url } = await engineFront(t, { clients: ['ci'], auth: { oauth: { ...OAUTH, dpop } } });
    const { headers } = await send(url, modernPost('tools/list'));
    const { json } = await send(new URL(WELL_KNOWN, url).href, { method: 'GET' });
    const { dpop_bound_access_tokens_required: required, dpop_signing_alg_values_supported: algorithms } = json;
    return { said: challenges(headers), required, algorithms };
  };
  const off = await schemes('off');
  assert.match(off.said, /^Bearer resource_metadata=/);
  assert.deepEqual([off.said.includes('DPoP'), off.required, off.algorithms], [false, undefined, undefined]);
  const required = await schemes('required');
  assert.match(required.said, /^DPoP resource_metadata="[^"]+", scope="mcp tools", algs="ES256 /);
  assert.deepEqual([required.said.includes('Bearer'), required.required], [false, true]);
});

test('a token without a scope everybody needs gets 403 before there is any session, and is told which it needs', async (t) => {
  const tokens = new PlainTokens();
  const { engine, front, url } = await engineFront(t, { provers: [tokens], auth: { oauth: OAUTH }, clients: ['ci'] });
  const narrow = bearing({ sub: 'ann', scopes: ['mcp', 'mail', 'bad"scope'] });
  const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} };
  for (const options of [modernPost('tools/list', {}, narrow), posted(initialize, narrow)]) {
    const refused = await send(url, options);
    assert.equal(refused.status, 403);
    assert.match(
      challenges(refused.headers),
      /^Bearer error="insufficient_scope", scope="mcp mail tools", resource_metadata="[^"]+"$/,
    );
    assert.equal(refused.json.error.code, -31403);
  }
  assert.equal(front.sessions.size, 0);
  assert.deepEqual(engine.audit.refusedCodes, ['SP2014', 'SP2014']);
  const wide = bearing({ sub: 'ann', scopes: ['mcp', 'tools'] });
  assert.equal((await send(url, modernPost('server/discover', {}, wide))).status, 200);
  assert.equal((await send(url, modernPost('server/discover', {}, proofOf('ci')))).status, 200, 'a key has no scopes');
});

test('while nobody can be asked about a token the answer is 503 with a time to come back, however often', async (t) => {
  const tokens = new PlainTokens();
  tokens.isDown = true;
  const { url } = await engineFront(t, { provers: [tokens], auth: { oauth: OAUTH }, clients: ['ci'] });
  for (let i = 0; i < 12; i++) {
    const answer = await send(url, modernPost('tools/list', {}, bearing({ sub: 'ann' })));
    assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '5']);
    assert.equal(answer.headers['www-authenticate'], undefined);
  }
});

test('a token in the query or in a form is no token', async (t) => {
  const tokens = new PlainTokens();
  const { url } = await engineFront(t, { provers: [tokens], auth: { oauth: OAUTH }, clients: ['ci'] });
  const { Authorization } = bearing({ sub: 'ann', scopes: ['mcp', 'tools'] });
  const token = Authorization.slice('Bearer '.length);
  const inQuery = await send(`${url}?access_token=${token}`, modernPost('tools/list', {}, { Authorization }));
  assert.equal(inQuery.status, 401);
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const inForm = await send(url, { headers, body: `access_token=${token}` });
  assert.equal(inForm.status, 401);
  const twice = await send(url, { headers: { ...headers, Authorization }, body: `access_token=${token}` });
  assert.equal(twice.status, 415);
  assert.equal(tokens.asked, 1, 'nothing but the header was looked at');
});

test('what an open session began with is closed when its token no longer has a scope everybody needs', async (t) => {
  const tokens = new PlainTokens();
  const own = await engineFront(t, { provers: [tokens], auth: { oauth: OAUTH }, clients: ['ci'] });
  const token = bearing({ sub: 'ann', scopes: ['mcp', 'tools'] });
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
  const opened = await send(own.url, posted({ jsonrpc: '2.0', id: 1, method: 'initialize', params }, token));
  assert.equal(opened.status, 200);
  const { gateway } = own.engine;
  const { auth } = gateway.config;
  gateway.config = { ...gateway.config, auth: { ...auth, resource: { ...auth.resource!, scopes: ['mcp', 'more'] } } };
  own.front.refresh();
  assert.equal(own.front.sessions.size, 0);
});
