import assert from 'node:assert/strict';
import { test } from 'node:test';
import { login } from '../../../backends/authorization/login.ts';
import { openObtained } from '../../../backends/authorization/open.ts';
import { FakeClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { obtaining } from '../../support/identity/obtaining.ts';
import { PublishedKeys as ScriptedServer } from '../../support/identity/published-keys.ts';
import {
  type Answers,
  fault,
  opened,
  outgoing,
  refusal,
  SECRET,
  scripted,
  tokenOf,
} from '../../support/identity/scripted-authorization.ts';

test('answers that hold no token of the kind that was asked for are none', async (t) => {
  const answers: [object, RegExp][] = [
    [{ access_token: 'x', token_type: 'N_A' }, /kind that was not asked for/],
    [{ access_token: 'x' }, /kind that was not asked for/],
    [{ access_token: 'x', token_type: 'DPoP' }, /kind that was not asked for/],
    [{ token_type: 'Bearer' }, /without a token/],
    [{ access_token: 'a b', token_type: 'Bearer' }, /without a token/],
    [{ access_token: 'a\r\nX-Evil: 1', token_type: 'Bearer' }, /without a token/],
    [{ access_token: 'x'.repeat(20_000), token_type: 'Bearer' }, /without a token/],
    [{ access_token: 'x', token_type: 'Bearer', expires_in: 0 }, /has ended/],
    [[], /without a token/],
  ];
  for (const [answer, expected] of answers) {
    const { issuer } = await scripted(t, { '/token': () => answer });
    const { authorization } = opened(t, issuer);
    const message = await fault(() => tokenOf(authorization));
    assert.match(message, expected);
    assert.ok(!message.includes(SECRET));
  }
  const { issuer } = await scripted(t);
  const { authorization } = opened(t, issuer, { dpop: true });
  assert.match(await fault(() => tokenOf(authorization)), /bound to no key/);
});

test('an authorization server that redirects, is too long, lies about itself or fails gives no token', async (t) => {
  const metadata = '/.well-known/oauth-authorization-server';
  const cases: [Answers, RegExp][] = [
    [{ '/token': (_, response) => response.writeHead(307, { Location: 'http://127.0.0.1:1/' }).end() }, /redirects/],
    [{ '/token': (_, response) => response.end('x'.repeat(300_000)) }, /256 KiB/],
    [{ '/token': (_, response) => response.end('{"access_token":"a","access_token":"b"}') }, /without a token/],
    [{ '/token': (_, response) => response.writeHead(400).end('{"error":"invalid_client"}') }, /"invalid_client"/],
    [{ '/token': (_, response) => response.writeHead(400).end('{"error":"<script>\\u001b"}') }, /answered HTTP 400/],
    [{ '/token': (_, response) => response.writeHead(503).end('{}') }, /HTTP 503/],
    [{ [metadata]: (_, response) => response.writeHead(302, { Location: '/x' }).end() }, /redirects/],
    [{ [metadata]: () => ({ issuer: 'https://other.example', token_endpoint: 'https://x' }) }, /another issuer/],
    [{ [metadata]: (_, response) => response.end('x'.repeat(300_000)) }, /256 KiB/],
    [{ [metadata]: () => undefined }, /publishes no metadata/],
  ];
  for (const [answers, expected] of cases) {
    const { issuer, count } = await scripted(t, answers);
    const { authorization } = opened(t, issuer);
    const message = await fault(() => tokenOf(authorization));
    assert.match(message, expected);
    assert.ok(!message.includes(SECRET));
    if (metadata in answers) assert.equal(count('/token'), 0, String(expected));
  }
});

test('endpoints that lead elsewhere by metadata are not asked, so that no secret is sent there', async (t) => {
  for (const url of [
    'http://as.example/token',
    'https://10.0.0.1/token',
    'https://169.254.169.254/token',
    'file:///x',
  ]) {
    const { issuer, server } = await scripted(t, {
      '/.well-known/oauth-authorization-server': () => ({ issuer: server.origin, token_endpoint: url }),
    });
    const { authorization } = opened(t, issuer);
    assert.match(await fault(() => tokenOf(authorization)), /address that is not allowed/, url);
  }
});

test('a secret is sent in the way the server says, encoded, and never in two ways at once', async (t) => {
  for (const [methods, expected] of [
    [['client_secret_post'], 'post'],
    [['client_secret_basic', 'client_secret_post'], 'basic'],
    [undefined, 'basic'],
    [['private_key_jwt'], 'none'],
  ] as const) {
    const { issuer, server } = await scripted(t, {
      '/.well-known/oauth-authorization-server': () => ({
        issuer: server.origin,
        token_endpoint: `${server.origin}/token`,
        token_endpoint_auth_methods_supported: methods,
      }),
    });
    const { authorization } = opened(t, issuer, { clientId: 'a:b' });
    if (expected === 'none') {
      assert.match(await fault(() => tokenOf(authorization)), /takes no client secrets/);
      continue;
    }
    await tokenOf(authorization);
    const { headers, body } = server.asked.find(({ path }) => path === '/token')!;
    const basic = `Basic ${Buffer.from(`a%3Ab:${SECRET}`).toString('base64')}`;
    assert.equal(headers.authorization, expected === 'basic' ? basic : undefined);
    assert.equal(new URLSearchParams(body).get('client_secret'), expected === 'post' ? SECRET : null);
  }
});

test('a backend that names another authorization server is sent no token, and the other one no secret', async (t) => {
  const other = await scripted(t);
  const far = await ScriptedServer.start(t);
  const resource = `${far.origin}/mcp`;
  let servers: string[] = [];
  far.answering = (response) =>
    response
      .setHeader('Content-Type', 'application/json')
      .end(JSON.stringify({ resource, authorization_servers: servers }));
  const own = await scripted(t);
  servers = [own.issuer];
  const backend = obtaining(resource, {
    mode: 'client_credentials',
    issuer: own.issuer,
    clientId: 'gateway',
    clientProof: { kind: 'secret', from: { kind: 'value', value: SECRET } },
  });
  const ground = { clock: new FakeClock(), stateDir: temporaryFolder(t), environment: {}, learn: () => {} };
  const authorization = openObtained(backend, { ...ground, subjectToken: () => '' });
  const request = { method: 'POST', url: new URL(resource), onBehalf: undefined };
  assert.equal(await tokenOf(authorization, request), 'Bearer t1');
  servers = [other.issuer];
  const moved = refusal(401, `Bearer resource_metadata="${far.origin}/.well-known/oauth-protected-resource/mcp"`);
  assert.match(await fault(() => authorization.refused(request, moved)), /believes another authorization server now/);
  const fresh = openObtained(backend, { ...ground, subjectToken: () => '' });
  assert.match(await fault(() => tokenOf(fresh, request)), /believes another authorization server now/);
  assert.equal(other.server.asked.length, 0);
});

test('a challenge that names metadata on another host makes nobody ask there', async (t) => {
  const { issuer } = await scripted(t);
  const victim = await ScriptedServer.start(t);
  const { authorization } = opened(t, issuer);
  const request = outgoing();
  await tokenOf(authorization, request);
  const lures = [`${victim.origin}/admin`, 'http://169.254.169.254/latest', 'file:///etc/passwd', 'not a url'];
  for (const url of lures) {
    const { authorization: one } = opened(t, issuer);
    await tokenOf(one, request);
    const lure = refusal(401, `Bearer resource_metadata="${url}"`);
    assert.match(await fault(() => one.refused(request, lure)), /on another host/, url);
  }
  assert.equal(victim.asked.length, 0);
});

test('nobody logs in where a code could be stolen on its way, or where no client can be registered', async (t) => {
  const cases: [object, RegExp][] = [
    [{}, /PKCE/],
    [{ code_challenge_methods_supported: ['plain'] }, /PKCE/],
    [{ code_challenge_methods_supported: ['S256'] }, /registers no clients/],
    [{ code_challenge_methods_supported: ['S256'], registration_endpoint: 'https://10.0.0.1/r' }, /not allowed/],
  ];
  for (const [more, expected] of cases) {
    const { issuer, server } = await scripted(t, {
      '/.well-known/oauth-authorization-server': () => ({
        issuer: server.origin,
        token_endpoint: `${server.origin}/token`,
        authorization_endpoint: `${server.origin}/auth`,
        ...more,
      }),
      '/mcp': (_, response) => response.writeHead(401).end(),
    });
    const backend = obtaining(`${issuer}/mcp`, { mode: 'oauth', issuer });
    const shown: URL[] = [];
    const message = await fault(() =>
      login(backend, {
        clock: new FakeClock(),
        stateDir: temporaryFolder(t),
        environment: {},
        learn: () => {},
        show: (page) => void shown.push(page),
      }),
    );
    assert.match(message, expected);
    assert.deepEqual(shown, []);
  }
});
