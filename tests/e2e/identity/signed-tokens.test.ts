import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../lib/model/clock.ts';
import { type Headers, modernPost, send } from '../../support/http/http.ts';
import { PublishedKeys } from '../../support/identity/published-keys.ts';
import { AUDIENCE, base64url, claimsAt, jwksOf, type Signer, signed, signer } from '../../support/identity/tokens.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { type Served, serve } from '../../support/program/serve.ts';

const [first, second] = [signer('ES256', 'k1'), signer('ES256', 'k2')];

async function scene(t: TestContext, jwt: Message = {}, more: Message = {}): Promise<[Served, PublishedKeys]> {
  const issuer = await PublishedKeys.start(t);
  issuer.published = jwksOf(first);
  const believed = { issuer: issuer.origin, audience: AUDIENCE, jwks_uri: `${issuer.origin}/jwks`, ...jwt };
  const auth = { jwt: believed, lockout: { failures: 10_000 }, ...more };
  return [await serve(t, { auth, more: 'roles: { reader: { permissions: ["*"] } }\n' }), issuer];
}

function tokenBy(by: Signer, issuer: PublishedKeys, more: Message = {}): string {
  return signed(by, claimsAt(systemClock, { iss: issuer.origin, ...more }));
}

function bearing(token: string): Headers {
  return { Authorization: `Bearer ${token}` };
}

function listed(served: Served, token: string): ReturnType<typeof send> {
  return send(served.url, modernPost('tools/list', {}, bearing(token)));
}

test('a token of the configured issuer opens the gateway, and the record says who came', async (t) => {
  const [served, issuer] = await scene(t, { roles_claim: 'roles' });
  const token = tokenBy(first, issuer, { azp: 'agent-7', roles: ['reader'], scope: 'a b' });
  assert.equal((await listed(served, token)).status, 200);
  const call = modernPost('tools/call', { name: 'echo', arguments: { text: 'x' } }, bearing(token));
  assert.equal((await send(served.url, call)).status, 200);
  assert.equal(issuer.asked.length, 1, 'keys are asked for once');
  const called = served.records.find(({ action }) => action === 'tools/call');
  assert.match(JSON.stringify(called), /"alice"/);
  assert.match(JSON.stringify(called), /"agent-7"/);
  await served.end();
  const everything = JSON.stringify(served.records) + served.stdout + served.stderr;
  for (const part of token.split('.').slice(1))
    assert.ok(!everything.includes(part), 'the token is written down nowhere');
});

test('whatever is wrong with a token, the client hears the same', async (t) => {
  const [served, issuer] = await scene(t);
  const good = tokenBy(first, issuer);
  const input = good.slice(0, good.lastIndexOf('.'));
  const wrong: Readonly<Record<string, string>> = {
    unsigned: `${base64url({ alg: 'none' })}.${good.split('.')[1]}.`,
    'wrong signature': `${input}.${base64url(Buffer.alloc(64, 1))}`,
    'unknown key': tokenBy(second, issuer),
    expired: tokenBy(first, issuer, { exp: 1 }),
    'not yet': tokenBy(first, issuer, { nbf: 9_999_999_999 }),
    'another audience': tokenBy(first, issuer, { aud: 'https://other.example.com' }),
    'another issuer': tokenBy(first, issuer, { iss: 'https://other.example.com' }),
    'too long': tokenBy(first, issuer, { filler: 'x'.repeat(9000) }),
    'three dots': 'a.b.c',
    opaque: 'opaque',
  };
  const answers = new Set<string>();
  for (const [what, token] of Object.entries(wrong)) {
    const { status, text, headers } = await listed(served, token);
    assert.equal(status, 401, what);
    answers.add(`${text} ${headers['www-authenticate']}`);
  }
  assert.equal(answers.size, 1, [...answers].join('\n'));
  assert.equal((await listed(served, good)).status, 200);
});

test('keys are rotated under load and no valid request is refused', async (t) => {
  const [served, issuer] = await scene(t);
  assert.equal((await listed(served, tokenBy(first, issuer))).status, 200);
  let stop = false;
  let rotated = false;
  const statuses: number[] = [];
  const requesting = Array.from({ length: 8 }, async (_, index) => {
    for (let round = 0; !stop; round++) {
      const by = rotated && (index + round) % 2 === 0 ? second : first;
      statuses.push((await listed(served, tokenBy(by, issuer, { jti: `${index}-${round}` }))).status);
    }
  });
  const until = async (count: number) => {
    while (statuses.length < count) await new Promise(setImmediate);
  };
  await until(40);
  issuer.published = jwksOf(first, second);
  rotated = true;
  await until(200);
  stop = true;
  await Promise.all(requesting);
  assert.deepEqual([...new Set(statuses)], [200]);
  assert.equal(issuer.asked.length, 2, 'once at the start, once for the new key');
});

test('an issuer that is gone costs nobody anything for the time of grace, then everybody is told to come again', async (t) => {
  const [served, issuer] = await scene(t, { refresh: '1s', grace: '3s' });
  const began = performance.now();
  assert.equal((await listed(served, tokenBy(first, issuer))).status, 200);
  issuer.answering = (response) => response.destroy();
  let answer = await listed(served, tokenBy(first, issuer));
  while (answer.status === 200) answer = await listed(served, tokenBy(first, issuer));
  assert.ok(performance.now() - began >= 2900, 'not before grace is over');
  assert.equal(answer.status, 503);
  assert.equal(answer.headers['retry-after'], '5');
  issuer.answering = (response) => response.end(issuer.published);
  while (answer.status !== 200) answer = await listed(served, tokenBy(first, issuer));
  await served.end();
  assert.match(served.stderr + JSON.stringify(served.records), /SP2011/);
});

test('a gateway starts without its issuer, and lets in when it is there', async (t) => {
  const issuer = await PublishedKeys.start(t);
  issuer.answering = (response) => response.writeHead(500).end();
  const jwt = { issuer: issuer.origin, audience: AUDIENCE, jwks_uri: `${issuer.origin}/jwks` };
  const served = await serve(t, { auth: { jwt } });
  assert.equal((await listed(served, tokenBy(first, issuer))).status, 503);
  issuer.answering = (response) => response.end(jwksOf(first));
  let status = 503;
  while (status === 503) ({ status } = await listed(served, tokenBy(first, issuer)));
  assert.equal(status, 200);
});

test('opaque tokens are asked about, with the credentials of the gateway and none in the open', async (t) => {
  const issuer = await PublishedKeys.start(t);
  issuer.answering = (response, { body }) =>
    response.end(
      JSON.stringify(
        body.includes('good') ? { active: true, sub: 'bob', aud: AUDIENCE, client_id: 'c' } : { active: false },
      ),
    );
  const introspection = {
    url: `${issuer.origin}/introspect`,
    client_id: 'gate way',
    client_secret: '${CLIENT_SECRET}',
    audience: AUDIENCE,
  };
  const oauth = { authorization_servers: [issuer.origin], introspection };
  const served = await serve(t, { auth: { oauth }, env: { CLIENT_SECRET: 'a:secret/&' } });
  assert.equal((await listed(served, 'good+token')).status, 200);
  assert.equal((await listed(served, 'good+token')).status, 200);
  assert.equal((await listed(served, 'other')).status, 401);
  assert.equal(issuer.asked.length, 2);
  assert.equal(issuer.asked[0]!.body, 'token=good%2Btoken&token_type_hint=access_token');
  const basic = Buffer.from('gate+way:a%3Asecret%2F%26').toString('base64');
  assert.equal(issuer.asked[0]!.headers['authorization'], `Basic ${basic}`);
  issuer.answering = (response) => response.writeHead(302, { Location: '/elsewhere' }).end();
  assert.equal((await listed(served, 'third-token')).status, 503);
  await served.end();
  const everything = JSON.stringify(served.records) + served.stdout + served.stderr;
  for (const secret of ['good+token', 'good%2Btoken', 'third-token', 'a:secret', basic]) {
    assert.ok(!everything.includes(secret), `${secret} is written down`);
  }
});
