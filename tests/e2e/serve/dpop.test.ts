import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Headers, posted } from '../../support/http/http.ts';
import { KeyHolder } from '../../support/identity/proofs.ts';
import { ServedProofs } from '../../support/identity/served-proofs.ts';
import type { Message } from '../../support/mcp/lines.ts';

test('a token that is bound to a key opens with a proof of its own for each request, and with nothing less', async (t) => {
  const scene = await ServedProofs.open(t);
  const token = scene.token();
  const once = scene.proving(token);
  assert.equal((await scene.ask(once)).status, 200);
  const again = await scene.ask(once);
  assert.equal(again.status, 401);
  assert.match(String(again.headers['www-authenticate']), /DPoP algs="ES256 [^"]*", error="invalid_dpop_proof"/);
  const { host } = new URL(scene.served.url);
  const forUrl = (url: string) => ({
    Authorization: `DPoP ${token}`,
    DPoP: scene.holder.proof('POST', url, { token }),
  });
  const refused: Headers[] = [
    { Authorization: `Bearer ${token}` },
    { Authorization: `DPoP ${token}` },
    { ...scene.proving(token), Authorization: `Bearer ${token}` },
    { ...scene.proving(token), Authorization: token },
    { ...scene.proving(token), Authorization: undefined },
    { ...scene.proving(token), Authorization: [`DPoP ${token}`, `DPoP ${token}`] },
    { ...scene.proving(token), 'X-API-Key': token },
    { ...scene.proving(token), DPoP: [scene.holder.proof('POST', scene.served.url, { token }), 'x'] },
    scene.proving(token, {}, 'GET'),
    scene.proving(token, {}, 'POST', new KeyHolder()),
    scene.proving(token, { token: scene.token('bob') }),
    forUrl(`http://${host}/mcp`),
    forUrl('https://127.0.0.1/mcp'),
    forUrl(`https://localhost:${host.split(':')[1]}/mcp`),
    forUrl(`https://${host}/other`),
    scene.proving(scene.token('ann', null)),
    scene.proving(scene.token('ann', { jkt: new KeyHolder().jkt })),
    { ...forUrl('https://mcp.acme.example/mcp'), 'X-Forwarded-Host': 'mcp.acme.example' },
    { ...forUrl('https://mcp.acme.example/mcp'), Forwarded: 'host=mcp.acme.example;proto=https' },
  ];
  const texts = new Set<string>();
  for (const [index, headers] of refused.entries()) {
    const answer = await scene.ask(headers);
    assert.equal(answer.status, 401, `${index}: ${JSON.stringify(headers)}`);
    texts.add(answer.text);
  }
  assert.deepEqual([...texts], [again.text], 'the same text, whatever failed');
  assert.equal((await scene.ask({ Authorization: `Bearer ${scene.token('ann', null)}` })).status, 200);
  const written = `${JSON.stringify(scene.served.records)}${scene.served.stderr}`;
  assert.ok(scene.served.records.some(({ code, detail }) => code === 'SP2009' && /used before/.test(detail)));
  assert.ok(!written.includes(token.split('.')[2]!) && !written.includes(String(once.DPoP).split('.')[2]!));
});

test('every request of a session needs its own proof, and nobody else can use the session', async (t) => {
  const scene = await ServedProofs.open(t);
  const token = scene.token();
  const facts = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
  const hello = await scene.ask(
    scene.proving(token),
    posted({ jsonrpc: '2.0', id: 1, method: 'initialize', params: facts }),
  );
  assert.equal(hello.status, 200);
  const session = { 'Mcp-Session-Id': String(hello.headers['mcp-session-id']), 'MCP-Protocol-Version': '2025-11-25' };
  const post = (headers: Headers, message: Message) => scene.ask({ ...session, ...headers }, posted(message));
  await post(scene.proving(token), { jsonrpc: '2.0', method: 'notifications/initialized' });
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
  const proof = scene.proving(token);
  assert.equal((await post(proof, list)).status, 200);
  assert.equal((await post(proof, list)).status, 401, 'a proof that was used');
  assert.equal((await post({}, list)).status, 401, 'a session id proves nothing');
  assert.equal((await post({ Authorization: `DPoP ${token}` }, list)).status, 401);
  const bob = new KeyHolder();
  const other = scene.token('bob', { jkt: bob.jkt });
  assert.equal((await post(scene.proving(other, {}, 'POST', bob), list)).status, 404, "another one's session");
  const end = (headers: Headers) => scene.ask({ ...session, ...headers }, { method: 'DELETE' });
  assert.equal((await end(scene.proving(token))).status, 401, 'a proof for POST');
  assert.equal((await end(scene.proving(token, {}, 'DELETE'))).status, 204);
});

test('where nonces are asked for, a client is told one, uses it, and is told the next with each answer', async (t) => {
  const scene = await ServedProofs.open(t, { oauth: { dpop: 'required', dpop_nonce: true }, lockout: { failures: 3 } });
  const token = scene.token();
  for (let i = 0; i < 5; i++) {
    const first = await scene.ask(scene.proving(token));
    assert.equal(first.status, 401);
    assert.match(String(first.headers['www-authenticate']), /^DPoP .*error="use_dpop_nonce"/);
    const nonce = String(first.headers['dpop-nonce']);
    const second = await scene.ask(scene.proving(token, { claims: { nonce } }));
    assert.equal(second.status, 200);
    assert.match(String(second.headers['dpop-nonce']), /^[\w-]{24}$/);
  }
  assert.ok(!scene.served.records.some(({ code }) => code === 'SP2009'), 'to be asked for a nonce is no failure');
  assert.equal((await scene.ask({ Authorization: `Bearer ${scene.token('ann', null)}` })).status, 401);
});

test('the URL of a proof is the public one, whatever the machine behind the proxy is called', async (t) => {
  const scene = await ServedProofs.open(t, { server: { public_url: 'https://mcp.acme.example/team/mcp' } });
  const token = scene.token();
  const forUrl = (url: string) => ({
    Authorization: `DPoP ${token}`,
    DPoP: scene.holder.proof('POST', url, { token }),
  });
  assert.equal((await scene.ask(forUrl('https://mcp.acme.example/team/mcp'))).status, 200);
  assert.equal((await scene.ask(forUrl(scene.served.url))).status, 401);
  assert.equal((await scene.ask(forUrl('https://mcp.acme.example/mcp'))).status, 401);
});

test('a proof for another port of this machine is none, whatever the Host header says', async (t) => {
  const scene = await ServedProofs.open(t);
  const token = scene.token();
  const { hostname, port, pathname } = new URL(scene.served.url);
  const elsewhere = `https://${hostname}:${Number(port) - 1}`;
  const headers = {
    Host: new URL(elsewhere).host,
    Authorization: `DPoP ${token}`,
    DPoP: scene.holder.proof('POST', elsewhere + pathname, { token }),
  };
  assert.equal((await scene.ask(headers)).status, 401);
  assert.equal((await scene.ask(scene.proving(token))).status, 200);
});

test('a proof that was used is asked for a nonce after a restart, and new ones are not', async (t) => {
  const scene = await ServedProofs.open(t);
  const token = scene.token();
  const used = scene.proving(token);
  assert.equal((await scene.ask(used)).status, 200);
  // Proofs say when they were made in whole seconds, so the next start must be in another one.
  await delay(1001 - (Date.now() % 1000));
  await scene.restart();
  const again = await scene.ask(used);
  assert.equal(again.status, 401);
  assert.match(String(again.headers['www-authenticate']), /DPoP .*error="use_dpop_nonce"/);
  const nonce = String(again.headers['dpop-nonce']);
  assert.match(nonce, /^[\w-]{24}$/);
  const behind = { iat: Math.floor(Date.now() / 1000) - 120, nonce };
  assert.equal((await scene.ask(scene.proving(token, { claims: behind }))).status, 200, 'a clock that goes slow');
  const fresh = await scene.ask(scene.proving(token));
  assert.deepEqual([fresh.status, fresh.headers['dpop-nonce']], [200, undefined]);
});

test('after too many failures a source is told to wait, which is written down once; what is right still opens', async (t) => {
  const scene = await ServedProofs.open(t, { lockout: { failures: 3, window: '1m', for: '2m' } });
  const token = scene.token();
  const statuses: number[] = [];
  for (let i = 0; i < 8; i++) statuses.push((await scene.ask({ Authorization: `Bearer ${token}` })).status);
  assert.deepEqual(statuses, [401, 401, 401, 429, 429, 429, 429, 429]);
  const locked = await scene.ask({ Authorization: 'Bearer x.y.z' });
  const wait = Number(locked.headers['retry-after']);
  assert.ok(wait > 60 && wait <= 120, `${wait} seconds`);
  assert.equal((await scene.ask(scene.proving(token))).status, 200);
  const codes = scene.served.records.map(({ code }) => code).filter((code) => /^SP20/.test(code));
  assert.deepEqual(codes, ['SP2009', 'SP2009', 'SP2009', 'SP2003']);
});
