import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type Headers, modernPost, rawHttp, send } from '../../support/http/http.ts';
import { LegacyHttp } from '../../support/http/legacy-http.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';
import { type Served, serve } from '../../support/program/serve.ts';

const KEY = 'a-key-of-many-characters';
const HASH = `sha256:${createHash('sha256').update(KEY).digest('hex')}`;

async function statusOf(served: Served, headers: Headers): Promise<number> {
  return (await send(served.url, modernPost('tools/list', {}, headers))).status;
}

test('68: a Host or an Origin that is none of ours is refused before anything else', async (t) => {
  const server = { public_url: 'https://mcp.acme.example/team/mcp', allowed_hosts: ['inside:7000', 'Other.Example'] };
  const served = await serve(t, { server: { ...server, allowed_origins: ['https://app.acme.example'] } });
  const { host, port } = new URL(served.url);
  const hosts: [string, number][] = [
    [host, 200],
    [`localhost:${port}`, 200],
    ['LOCALHOST', 200],
    ['[::1]:1', 200],
    ['mcp.acme.example', 200],
    ['inside:7000', 200],
    ['other.example:99', 200],
    ['inside', 403],
    ['inside:7001', 403],
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost:x', 403],
    ['user@localhost', 403],
    ['', 403],
  ];
  for (const [name, status] of hosts) assert.equal(await statusOf(served, { Host: name }), status, `Host: ${name}`);
  const origins: [string | string[] | undefined, number][] = [
    [undefined, 200],
    [`http://${host}`, 200],
    ['https://mcp.acme.example', 200],
    ['https://app.acme.example', 200],
    ['http://app.acme.example', 403],
    ['https://app.acme.example.evil.example', 403],
    ['http://localhost:3000', 403],
    ['https://evil.example', 403],
    ['null', 403],
    ['', 403],
    [['https://app.acme.example', 'https://evil.example'], 403],
  ];
  for (const [origin, status] of origins) {
    assert.equal(await statusOf(served, { Origin: origin }), status, `Origin: ${origin}`);
  }
  const refused = await send(served.url, modernPost('tools/list', {}, { Origin: 'https://evil.example' }));
  assert.deepEqual([refused.json.error.code, refused.json.id], [-31403, undefined]);
  assert.equal(refused.headers['access-control-allow-origin'], undefined);
  const twice = 'GET /mcp HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
  assert.match(await rawHttp(served.url, twice), /^HTTP\/1.1 (?:400|403)/);
  assert.match(await rawHttp(served.url, 'GET /mcp HTTP/1.1\r\nConnection: close\r\n\r\n'), /^HTTP\/1.1 400/);
  const absolute = 'GET http://evil.example/mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  assert.match(await rawHttp(served.url, absolute), /^HTTP\/1.1 404/);
  assert.ok(served.records.some(({ code, detail }) => code === 'SP2006' && /127\.0\.0\.1/.test(detail)));
});

test('a page of a configured origin may ask first, and read what it is answered', async (t) => {
  const origin = 'https://app.acme.example';
  const served = await serve(t, { server: { allowed_origins: [origin] }, keys: [{ key: HASH, client_id: 'app' }] });
  const asked = 'authorization, content-type, mcp-method, mcp-param-region, x-evil, mcp-session-id';
  const preflight = {
    Origin: origin,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': asked,
  };
  const answer = await send(served.url, { method: 'OPTIONS', headers: preflight });
  assert.equal(answer.status, 204);
  assert.equal(answer.headers['access-control-allow-origin'], origin);
  assert.equal(answer.headers['access-control-allow-methods'], 'POST, GET, DELETE');
  assert.equal(
    answer.headers['access-control-allow-headers'],
    'authorization, content-type, mcp-method, mcp-param-region, mcp-session-id',
  );
  assert.equal(answer.headers['access-control-allow-credentials'], undefined);
  const evil = await send(served.url, { method: 'OPTIONS', headers: { ...preflight, Origin: 'https://evil.example' } });
  assert.equal(evil.status, 403);
  const page = { Origin: origin, Authorization: `Bearer ${KEY}` };
  const list = await send(served.url, modernPost('tools/list', {}, page));
  assert.deepEqual([list.status, list.headers['access-control-allow-origin']], [200, origin]);
  assert.match(String(list.headers['access-control-expose-headers']), /Mcp-Session-Id/);
  assert.equal(list.headers.vary, 'Origin');
  const unproven = await send(served.url, modernPost('tools/list', {}, { Origin: origin }));
  assert.deepEqual([unproven.status, unproven.headers['access-control-allow-origin']], [401, origin]);
});

test('69: only a key that is valid now, in its header, once, lets anybody in, and it is written down nowhere', async (t) => {
  const other = 'another-key-from-the-environment';
  const keys = [
    { key: HASH, client_id: 'ci-bot', roles: ['analyst'] },
    { key: '${OTHER_KEY}', client_id: 'person@acme' },
    { key: `sha256:${'0'.repeat(64)}`, client_id: 'nobody' },
    { key: HASH.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')), client_id: 'old', expires: '2020-01-01' },
  ];
  const served = await serve(t, { keys, env: { OTHER_KEY: other } });
  const good: Headers[] = [
    { Authorization: `Bearer ${KEY}` },
    { Authorization: `bearer ${KEY}` },
    { 'X-API-Key': KEY },
    { Authorization: `Bearer ${other}` },
  ];
  for (const headers of good) assert.equal(await statusOf(served, headers), 200, JSON.stringify(headers));
  const bad: Headers[] = [
    {},
    { Authorization: KEY },
    { Authorization: `Basic ${KEY}` },
    { Authorization: `Bearer ${KEY}x` },
    { Authorization: [`Bearer ${KEY}`, `Bearer ${KEY}`] },
    { Authorization: `Bearer ${KEY}`, 'X-API-Key': other },
    { Authorization: `Bearer ${HASH}` },
  ];
  for (const headers of bad) {
    const answer = await send(served.url, modernPost('tools/list', {}, headers));
    assert.equal(answer.status, 401, JSON.stringify(headers));
    assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
    assert.equal(answer.json.error.code, -31401);
  }
  for (const query of [`?access_token=${KEY}`, `?x=1&api_key=${KEY}`, '?token=', `?Key=${KEY}`]) {
    const answer = await send(served.url + query, modernPost('tools/list', {}, { Authorization: `Bearer ${KEY}` }));
    assert.ok(answer.status === 401 || answer.status === 429, query);
  }
  assert.equal((await send(`${served.url}?x=1`, modernPost('tools/list', {}, { 'X-API-Key': KEY }))).status, 200);
  for (let i = 0; i < 5; i++) await statusOf(served, { 'X-API-Key': 'wrong' });
  const slowed = await send(served.url, modernPost('tools/list', {}, { 'X-API-Key': 'wrong' }));
  assert.equal(slowed.status, 429);
  assert.match(String(slowed.headers['retry-after']), /^[1-6]?\d$/);
  assert.equal(await statusOf(served, { 'X-API-Key': KEY }), 200, 'a right key is not locked out by wrong ones');
  const failures = served.records.filter(({ code }) => code === 'SP2001' || code === 'SP2002');
  assert.ok(failures.length >= 10 && failures.length <= 12, `${failures.length} failures written down`);
  assert.match(failures[0].detail, /from 127\.0\.0\.1/);
  const principals = new Set(served.records.map(({ principal }) => principal).filter(Boolean));
  assert.deepEqual(principals, new Set(['ci-bot', 'person@acme']));
  await served.end();
  const written = `${JSON.stringify(served.records)}${served.stdout}${served.stderr}`;
  for (const secret of [KEY, other, HASH.slice(7)]) assert.ok(!written.includes(secret));
});

test('only a proxy that is trusted says where a request comes from', async (t) => {
  const from = { 'X-Forwarded-For': ['198.51.100.7, 203.0.113.9', '10.1.2.3'] };
  const keys = [{ key: HASH, client_id: 'c' }];
  const trusting = await serve(t, { server: { trusted_proxies: ['127.0.0.1', '10.0.0.0/8'] }, keys });
  const doubting = await serve(t, { keys });
  for (const served of [trusting, doubting]) await statusOf(served, from);
  const place = (served: Served) => served.records.find(({ code }) => code === 'SP2001')!.detail;
  assert.match(place(trusting), /from 203\.0\.113\.9$/);
  assert.match(place(doubting), /from 127\.0\.0\.1$/);
});

test('health needs no key and tells nothing, the status API needs one and shows the caller’s own view', async (t) => {
  const backends = fixtureBackend('alpha') + fixtureBackend('beta', [], { denied_tools: ['crash', 'hang'] });
  const served = await serve(t, { backends, keys: [{ key: HASH, client_id: 'c' }] });
  for (const path of ['/healthz', '/livez', '/readyz']) {
    const answer = await send(served.at(path), { method: 'GET', headers: { Host: 'probe.example' } });
    assert.deepEqual([answer.status, answer.text], [200, 'ok\n'], path);
    assert.equal((await send(served.at(path), { method: 'POST' })).status, 405);
  }
  const proof = { Authorization: `Bearer ${KEY}` };
  const get = (path: string, headers: Headers = proof) => send(served.at(path), { method: 'GET', headers });
  assert.equal((await get('/api/v1/backends', {})).status, 401);
  const before = (await get('/api/v1/backends')).json;
  assert.deepEqual(
    before.backends.map(({ name, open }: { name: string; open: boolean }) => [name, open]),
    [
      ['alpha', false],
      ['beta', false],
    ],
    'looking starts nothing',
  );
  const tools = (await get('/api/v1/tools')).json.tools.map(({ name }: { name: string }) => name);
  assert.ok(tools.includes('alpha__crash') && tools.includes('beta__echo'));
  assert.ok(!tools.includes('beta__crash') && !tools.includes('beta__hang'));
  const after = (await get('/api/v1/backends')).json;
  assert.equal(after.backends[1].revision, '2025-11-25');
  const members = ['era', 'name', 'open', 'pins', 'revision', 'sandbox'];
  assert.deepEqual(Object.keys(after.backends[1]).sort(), members, 'nothing counts what is hidden from the caller');
  for (const method of ['POST', 'PUT', 'DELETE']) {
    assert.equal((await send(served.at('/api/v1/backends'), { method, headers: proof })).status, 405);
  }
  for (const path of ['/api/v1', '/api/v1/backends/', '/api/v1/config', '/sse', '/messages', '/']) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test('without keys, whoever reaches the loopback address is the user of the system', async (t) => {
  const served = await serve(t);
  const client = new LegacyHttp(served.url, { Authorization: 'Bearer whatever' });
  await client.initialize();
  assert.equal((await client.call('echo', { text: 'hi' })).result.content[0].text, 'hi');
  const call = served.records.find(({ kind }) => kind === 'call');
  assert.notEqual(call!.principal, '');
});
