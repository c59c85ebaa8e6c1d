import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { systemClock } from '../../../lib/model/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ClientAuthority, type ClientIdentity, tlsFiles } from '../../support/http/client-certificates.ts';
import {
  type Headers,
  type HttpOptions,
  type HttpResponse,
  modernPost,
  posted,
  send,
} from '../../support/http/http.ts';
import { KeyHolder, type ProofOptions } from '../../support/identity/proofs.ts';
import { claimsAt, ISSUER, jwksOf, signed, signer } from '../../support/identity/tokens.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { type Served, serve } from '../../support/program/serve.ts';

const LIST = modernPost('tools/list');
const CRLF = '\r\n';

interface SceneOptions {
  readonly oauth?: object;
  readonly lockout?: object;
  readonly server?: object;
}

/** A gateway behind TLS that believes an issuer whose keys are in a file, and two clients of it. */
class Scene {
  readonly idp = signer('ES256', 'k1');
  readonly holder = new KeyHolder();
  readonly authority = new ClientAuthority();
  trusted = '';
  served!: Served;
  #begin!: (server: object) => Promise<Served>;

  static async open(t: TestContext, { oauth = {}, lockout = { failures: 1000 }, server = {} }: SceneOptions = {}) {
    const scene = new Scene();
    const home = temporaryFolder(t);
    const { tls, trusted } = tlsFiles(home, scene.authority.ca);
    scene.trusted = trusted;
    writeFileSync(join(home, 'jwks.json'), jwksOf(scene.idp));
    const jwt = { issuer: ISSUER, audience: 'gate', jwks_file: join(home, 'jwks.json') };
    const auth = { jwt, oauth: { authorization_servers: [ISSUER], ...oauth }, lockout };
    const more = `security: ${JSON.stringify({ auth })}\n`;
    scene.#begin = (own) => serve(t, { home, server: { tls, ...server, ...own }, more });
    scene.served = await scene.#begin({});
    return scene;
  }

  /** The same gateway at the same address, after an end. */
  async restart(): Promise<void> {
    const { host } = new URL(this.served.url);
    await this.served.end();
    this.served = await this.#begin({ listen_addr: host });
  }

  token(sub = 'ann', cnf: object | null = { jkt: this.holder.jkt }): string {
    return signed(this.idp, claimsAt(systemClock, { aud: 'gate', sub, ...(cnf === null ? {} : { cnf }) }));
  }

  /** Headers with a fresh proof for a request to the endpoint. */
  proving(token: string, options: ProofOptions = {}, htm = 'POST', holder = this.holder): Headers {
    return { Authorization: `DPoP ${token}`, DPoP: holder.proof(htm, this.served.url, { token, ...options }) };
  }

  async ask(headers: Headers, options: HttpOptions = LIST, client?: ClientIdentity): Promise<HttpResponse> {
    const all = { ...options, headers: { ...options.headers, ...headers }, ca: this.trusted };
    return send(this.served.url, { ...all, ...(client && { tls: client }) });
  }

  /** Sends bytes as they are. */
  raw(lines: readonly string[], body = ''): Promise<string> {
    const { hostname, port, pathname } = new URL(this.served.url);
    const head = [`POST ${pathname} HTTP/1.1`, `Host: ${hostname}:${port}`, 'Connection: close', ...lines];
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect({ host: hostname, port: Number(port), ca: this.trusted }, () => {
        socket.write(
          Buffer.from(`${head.join(CRLF)}${CRLF}Content-Length: ${body.length}${CRLF}${CRLF}${body}`, 'latin1'),
        );
      });
      socket.setEncoding('latin1').on('data', (more: string) => {
        answer += more;
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    });
  }
}

test('a token that is bound to a key opens with a proof of its own for each request, and with nothing less', async (t) => {
  const scene = await Scene.open(t);
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

test('a token in the query or in the body is none, also with a good proof beside it', async (t) => {
  const scene = await Scene.open(t);
  const token = scene.token();
  const DPoP = () => scene.holder.proof('POST', scene.served.url, { token });
  const query = await send(`${scene.served.url}?access_token=${token}`, { ...LIST, ca: scene.trusted });
  assert.equal(query.status, 401);
  const both = { ...LIST, headers: { ...LIST.headers, ...scene.proving(token) }, ca: scene.trusted };
  for (const name of ['access_token', 'access%5ftoken', '%61pi-key', 'x=1&Token']) {
    assert.equal((await send(`${scene.served.url}?${name}=${token}`, both)).status, 401, name);
  }
  const form = {
    body: `access_token=${token}`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', DPoP: DPoP() },
  };
  assert.equal((await scene.ask({}, form)).status, 401);
  assert.equal((await scene.ask({ DPoP: DPoP() }, modernPost('tools/list', { access_token: token }))).status, 401);
});

test('control characters in headers open nothing and smuggle nothing in', async (t) => {
  const scene = await Scene.open(t);
  const token = scene.token();
  const proof = () => scene.holder.proof('POST', scene.served.url, { token });
  const usual = Object.entries(LIST.headers!).map(([name, value]) => `${name}: ${value}`);
  const good = [...usual, `Authorization: DPoP ${token}`, `DPoP: ${proof()}`];
  assert.match(await scene.raw(good, String(LIST.body)), /^HTTP\/1.1 200/);
  const bad: string[][] = [
    [`Authorization: DPoP ${token}\0`, `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()}\0`],
    [`Authorization: DPoP ${token}\rX: y`, `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()}\rX: y`],
    [`Authorization: DPoP\t${token}`, `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token} x`, `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()} ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()}`, `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()}`, `dpop: ${proof()}`],
    [`Authorization: DPoP ${token}`, 'Authorization: Bearer x', `DPoP: ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP : ${proof()}`],
    [`Authorization: DPoP ${token}`, `DPoP: ${proof()}\n folded`],
    [`Authorization: DPoP ${token}\u00e9`, `DPoP: ${proof()}`],
  ];
  for (const lines of bad) {
    const answer = await scene.raw([...usual, ...lines], String(LIST.body));
    assert.match(answer, /^HTTP\/1.1 40[01]/, JSON.stringify(lines));
  }
});

test('every request of a session needs its own proof, and nobody else can use the session', async (t) => {
  const scene = await Scene.open(t);
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
  const scene = await Scene.open(t, { oauth: { dpop: 'required', dpop_nonce: true }, lockout: { failures: 3 } });
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

test('a token that is bound to a certificate opens on connections with that certificate alone', async (t) => {
  const scene = await Scene.open(t);
  const own = scene.authority.issue({ commonName: 'own' });
  const other = scene.authority.issue({ commonName: 'other' });
  const foreign = new ClientAuthority('foreign').issue({});
  const boundTo = ({ fingerprint }: ClientIdentity) => ({
    'x5t#S256': Buffer.from(fingerprint, 'hex').toString('base64url'),
  });
  const token = scene.token('ann', boundTo(own));
  const bearer = { Authorization: `Bearer ${token}` };
  assert.equal((await scene.ask(bearer, LIST, own)).status, 200);
  for (const client of [undefined, other, foreign]) assert.equal((await scene.ask(bearer, LIST, client)).status, 401);
  const ofForeign = { Authorization: `Bearer ${scene.token('ann', boundTo(foreign))}` };
  assert.equal((await scene.ask(ofForeign, LIST, foreign)).status, 401, 'a certificate nobody believes binds nothing');
  assert.equal((await scene.ask({}, LIST, own)).status, 401, 'without rules a certificate says of nobody who it is');
  const codes = scene.served.records.filter(({ code }) => code === 'SP2010');
  assert.equal(codes.length, 4);
});

test('the URL of a proof is the public one, whatever the machine behind the proxy is called', async (t) => {
  const scene = await Scene.open(t, { server: { public_url: 'https://mcp.acme.example/team/mcp' } });
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
  const scene = await Scene.open(t);
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
  const scene = await Scene.open(t);
  const token = scene.token();
  const used = scene.proving(token);
  assert.equal((await scene.ask(used)).status, 200);
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
  const scene = await Scene.open(t, { lockout: { failures: 3, window: '1m', for: '2m' } });
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
