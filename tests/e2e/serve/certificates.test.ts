import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import { temporaryFolder } from '../../support/folder.ts';
import { ClientAuthority, type Issued, tlsFiles } from '../../support/http/client-certificates.ts';
import { type Headers, type HttpResponse, modernPost, open, send } from '../../support/http/http.ts';
import { type Served, serve } from '../../support/program/serve.ts';
import { found } from '../../support/program/survivors.ts';

const KEY = 'a-key-of-many-characters';
const KEYS = [{ key: `sha256:${createHash('sha256').update(KEY).digest('hex')}`, client_id: 'keyed' }];
const SPIFFE = 'spiffe://acme.example/agent';
const HOUR_MS = 3_600_000;

interface Scene {
  readonly served: Served;
  readonly authority: ClientAuthority;
  readonly trusted: string;
  readonly home: string;
  ask(tls: ConnectionOptions, headers?: Headers): Promise<HttpResponse>;
}

async function scene(t: TestContext, rules: readonly object[], more: object = {}): Promise<Scene> {
  const home = temporaryFolder(t);
  const authority = new ClientAuthority();
  const { tls, trusted } = tlsFiles(home, authority.ca);
  const auth = { api_keys: KEYS, certificates: rules, lockout: { failures: 100 }, ...more };
  const yaml = `security: ${JSON.stringify({ auth })}\nreload: signal\n`;
  const served = await serve(t, { home, server: { tls }, more: yaml });
  const ask = (shown: ConnectionOptions, headers: Headers = {}) =>
    send(served.url, { ...modernPost('tools/list', {}, headers), ca: trusted, tls: shown });
  return { served, authority, trusted, home, ask };
}

const RULES = [
  { spiffe: SPIFFE, client_id: 'agent', roles: ['analyst'] },
  { san: 'bot.acme.example', client_id: 'bot' },
  { san: 'Ann@acme.example', client_id: 'ann' },
];

test('a certificate says who asks, by SPIFFE id, by another name or by fingerprint', async (t) => {
  const { served, authority, ask } = await scene(t, RULES);
  assert.equal((await ask(authority.issue({ names: [`URI:${SPIFFE}`] }))).status, 200);
  assert.equal((await ask(authority.issue({ names: ['DNS:x.example', 'DNS:bot.acme.example'] }))).status, 200);
  assert.equal((await ask(authority.issue({ names: ['email:ann@acme.example'] }))).status, 200);
  const principals = served.records.map(({ principal }) => principal).filter(Boolean);
  assert.deepEqual([...new Set(principals)], ['agent', 'bot', 'ann']);
});

const REFUSED: readonly [title: string, issued: Issued, why: RegExp][] = [
  [
    'that has expired',
    { names: [`URI:${SPIFFE}`], from: new Date(Date.now() - 2 * HOUR_MS), until: new Date(Date.now() - 1000) },
    /CERT_HAS_EXPIRED/,
  ],
  [
    'that is not valid yet',
    { names: [`URI:${SPIFFE}`], from: new Date(Date.now() + HOUR_MS), until: new Date(Date.now() + 2 * HOUR_MS) },
    /CERT_NOT_YET_VALID/,
  ],
  ['with the name in its common name alone', { commonName: 'bot.acme.example' }, /stands for nobody/],
  ['with a wildcard for the name', { names: ['DNS:*.acme.example'] }, /stands for nobody/],
  ['with two URIs', { names: [`URI:${SPIFFE}`, 'URI:spiffe://acme.example/other'] }, /stands for nobody/],
  [
    'with two names written as one',
    { names: ['DNS:x.example, DNS:bot.acme.example'] },
    /stands for nobody|not believed/,
  ],
  ['with a name behind a zero', { names: ['DNS:bot.acme.example\0.evil.example'] }, /stands for nobody|not believed/],
  ['of a server', { names: ['DNS:bot.acme.example'], purpose: 'server' }, /INVALID_PURPOSE|unsuitable/],
];

test('a certificate that is wrong in any way opens nothing, all are told the same, and the log knows why', async (t) => {
  const { served, authority, ask } = await scene(t, RULES);
  const impostor = new ClientAuthority();
  const wrong = [
    ...REFUSED,
    ['of another authority of the same name', { names: [`URI:${SPIFFE}`] }, /VERIFY|SIGNATURE/],
  ] as const;
  const none = await ask({});
  for (const [title, issued] of wrong) {
    const by = title.includes('another authority') ? impostor : authority;
    const answer = await ask(by.issue(issued));
    assert.deepEqual([answer.status, answer.text], [401, none.text], title);
    assert.equal(answer.headers['www-authenticate'], none.headers['www-authenticate']);
  }
  const refused = served.records.filter(({ code }) => code === 'SP2010');
  assert.equal(refused.length, wrong.length);
  for (const [index, [title, , why]] of wrong.entries()) assert.match(refused[index].detail, why, title);
});

test('beside a credential a certificate proves nobody: what the credential says holds, also when it is wrong', async (t) => {
  const { served, authority, ask } = await scene(t, RULES);
  const good = authority.issue({ names: [`URI:${SPIFFE}`] });
  assert.equal((await ask(good, { Authorization: `Bearer ${KEY}` })).status, 200);
  assert.deepEqual(served.records.map(({ principal }) => principal).filter(Boolean), ['keyed']);
  const wrong: Headers[] = [
    { Authorization: 'Bearer wrong' },
    { Authorization: 'Basic eDp5' },
    { Authorization: [`Bearer ${KEY}`, `Bearer ${KEY}`] },
    { Authorization: `Bearer ${KEY}`, 'X-API-Key': KEY },
    { Authorization: '' },
  ];
  for (const headers of wrong) assert.equal((await ask(good, headers)).status, 401, JSON.stringify(headers));
  const foreign = new ClientAuthority('foreign').issue({ names: [`URI:${SPIFFE}`] });
  assert.equal((await ask(foreign, { Authorization: `Bearer ${KEY}` })).status, 200, 'a key needs no certificate');
});

test('a certificate that only a header tells of is none', async (t) => {
  const { authority, ask } = await scene(t, RULES);
  const { cert, fingerprint } = authority.issue({ names: [`URI:${SPIFFE}`] });
  const told: Headers[] = [
    { 'X-Forwarded-Client-Cert': `Hash=${fingerprint};URI=${SPIFFE}` },
    { 'X-SSL-Client-Cert': encodeURIComponent(cert) },
    { 'Client-Cert': `:${Buffer.from(cert).toString('base64')}:` },
  ];
  for (const headers of told) assert.equal((await ask({}, headers)).status, 401, JSON.stringify(headers));
});

interface Exchange {
  readonly status: string;
  readonly session: Buffer | undefined;
  readonly isResumed: boolean;
}

/** One request on a connection that may take up an earlier session. */
function exchange({ served, trusted }: Scene, options: ConnectionOptions): Promise<Exchange> {
  const { method, headers = {}, body } = { method: 'POST', ...modernPost('tools/list') };
  const { hostname, port, pathname } = new URL(served.url);
  const lines = Object.entries({
    Host: hostname,
    ...headers,
    'Content-Length': String(body!.length),
    Connection: 'close',
  });
  const text = `${method} ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
  return new Promise((resolve, reject) => {
    let answer = '';
    let isResumed = false;
    let session: Buffer | undefined;
    const socket = connect({ host: hostname, port: Number(port), ca: trusted, ...options }, () => {
      isResumed = socket.isSessionReused();
      socket.write(text);
    });
    socket.on('session', (ticket) => {
      session = ticket;
    });
    socket.setEncoding('utf8').on('data', (more: string) => {
      answer += more;
    });
    socket.on('close', () => resolve({ status: answer.slice(9, 12), session, isResumed }));
    socket.on('error', reject);
  });
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  const versions = { minVersion: version, maxVersion: version };

  test(`a session of ${version} that is taken up again still has its certificate, and one without gets none`, async (t) => {
    const made = await scene(t, RULES);
    const good = made.authority.issue({ names: [`URI:${SPIFFE}`] });
    const first = await exchange(made, { ...good, ...versions });
    assert.equal(first.status, '200');
    const second = await exchange(made, { ...versions, session: first.session });
    assert.deepEqual([second.status, second.isResumed], ['200', true]);
    const bare = await exchange(made, versions);
    assert.equal(bare.status, '401');
    const again = await exchange(made, { ...versions, session: bare.session });
    assert.deepEqual([again.status, again.isResumed], ['401', true]);
    const foreign = new ClientAuthority('foreign').issue({ names: [`URI:${SPIFFE}`] });
    const unproven = await exchange(made, { ...foreign, ...versions });
    const taken = await exchange(made, { ...foreign, ...versions, session: unproven.session });
    assert.deepEqual([unproven.status, taken.status], ['401', '401']);
  });
}

test('an authority that is taken away is believed no more: not on new connections, nor on open ones, nor on resumed ones', async (t) => {
  const made = await scene(t, RULES);
  const { served, authority, home, ask, trusted } = made;
  const good = authority.issue({ names: [`URI:${SPIFFE}`] });
  const { session } = await exchange(made, good);
  const listen = modernPost('subscriptions/listen', { notifications: {} });
  const stream = await open(served.url, { ...listen, ca: trusted, tls: good });
  const keyed = modernPost('subscriptions/listen', { notifications: {} }, { Authorization: `Bearer ${KEY}` });
  const other = await open(served.url, { ...keyed, ca: trusted });
  const next = new ClientAuthority('next');
  writeFileSync(join(home, 'clients.crt'), 'nonsense');
  served.child.kill('SIGHUP');
  await found(() => /SP1015/.test(served.stderr) || undefined, 30_000, 'the complaint');
  assert.equal((await ask(good)).status, 200, 'a file without any authority changes nothing');
  writeFileSync(join(home, 'clients.crt'), next.ca);
  served.child.kill('SIGHUP');
  await stream.end();
  assert.equal((await ask(good)).status, 401);
  const resumed = await exchange(made, { ...good, session });
  assert.deepEqual([resumed.status, resumed.isResumed], ['401', false]);
  assert.equal((await ask(next.issue({ names: [`URI:${SPIFFE}`] }))).status, 200);
  assert.ok(!other.ended, 'who showed no certificate is left alone');
  other.close();
});
