import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { login } from '../../../backends/authorization/login.ts';
import { openObtained } from '../../../backends/authorization/open.ts';
import type { Authorization, OnBehalf, Refusal } from '../../../lib/model/authorization.ts';
import type { ObtainedCredentials } from '../../../lib/model/obtained-credentials.ts';
import { FakeClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { obtaining } from '../../support/identity/obtaining.ts';
import { type AskedOf, PublishedKeys as ScriptedServer } from '../../support/identity/published-keys.ts';

const SECRET = 'the-client-secret-of-the-gateway';

type Answers = Readonly<Record<string, (asked: AskedOf, response: ServerResponse) => unknown>>;

/** An authorization server that answers by path; a token is `t1`, then `t2` and so on, unless it is told otherwise. */
async function scripted(t: TestContext, answers: Answers = {}) {
  const server = await ScriptedServer.start(t);
  const issuer = server.origin;
  let tokens = 0;
  const usual: Answers = {
    '/.well-known/oauth-authorization-server': () => ({
      issuer,
      token_endpoint: `${issuer}/token`,
      authorization_endpoint: `${issuer}/auth`,
      registration_endpoint: `${issuer}/register`,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    }),
    '/token': () => ({ access_token: `t${++tokens}`, token_type: 'Bearer', expires_in: 300 }),
  };
  server.answering = (response, asked) => {
    const path = asked.path.split('?')[0]!;
    const answer = (answers[path] ?? usual[path])?.(asked, response);
    if (response.writableEnded) return;
    if (answer === undefined) response.writeHead(404).end();
    else response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  };
  const count = (path: string) => server.asked.filter((asked) => asked.path === path).length;
  const forms = () => server.asked.filter(({ path }) => path === '/token').map(({ body }) => new URLSearchParams(body));
  return { server, issuer, count, forms };
}

function opened(t: TestContext, issuer: string, more: Partial<ObtainedCredentials> = {}, clock = new FakeClock()) {
  const backend = obtaining(`${issuer}/mcp`, {
    mode: 'client_credentials',
    issuer,
    clientId: 'gateway',
    clientProof: { kind: 'secret', from: { kind: 'value', value: SECRET } },
    ...more,
  });
  const learned: string[] = [];
  const authorization = openObtained(backend, {
    clock,
    stateDir: temporaryFolder(t),
    environment: {},
    learn: (secrets) => void learned.push(...secrets),
    subjectToken: ({ identity }, audience) => `token of ${identity.subject} for ${audience}`,
  });
  return { authorization, clock, learned };
}

const outgoing = (onBehalf?: OnBehalf) => ({ method: 'POST', url: new URL('https://far.example/mcp'), onBehalf });
const tokenOf = async (authorization: Authorization, request = outgoing()) => (await authorization.headers(request))[1];
const refusal = (status: Refusal['status'], ...challenges: string[]): Refusal => ({
  status,
  challenges,
  dpopNonce: undefined,
});
const who = (subject: string, tenant?: string): OnBehalf => ({
  identity: { subject, clientId: 'app', roles: [], tenant, proof: 'jwt', issuer: 'https://idp.example' },
  decision: 'd',
  action: 'tools/call',
  resource: 'far/read',
});

/** The message of what goes wrong. */
async function fault(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing went wrong');
}

test('a token is asked for once however many wait for it, kept, and replaced before it ends', async (t) => {
  const { issuer, count, forms } = await scripted(t);
  const { authorization, clock, learned } = opened(t, issuer, { scopes: ['a'], audience: 'the-backend' });
  const all = await Promise.all(Array.from({ length: 20 }, () => tokenOf(authorization)));
  assert.deepEqual(new Set(all), new Set(['Bearer t1']));
  assert.equal(await tokenOf(authorization), 'Bearer t1');
  assert.equal(count('/token'), 1);
  const [form] = forms();
  assert.deepEqual(
    ['grant_type', 'resource', 'audience', 'scope'].map((name) => form!.get(name)),
    ['client_credentials', `${issuer}/mcp`, 'the-backend', 'a'],
  );
  clock.pass(269_000);
  assert.equal(await tokenOf(authorization), 'Bearer t1');
  clock.pass(2000);
  assert.equal(await tokenOf(authorization), 'Bearer t2');
  assert.ok(learned.includes(SECRET));
});

test('each caller has a token of their own, also where two tenants call them by one name', async (t) => {
  const { issuer, forms } = await scripted(t);
  const { authorization } = opened(t, issuer, { mode: 'exchange' });
  const tokens = [];
  for (const one of [who('ann'), who('bob'), who('ann', 'b'), who('ann'), undefined])
    tokens.push(await tokenOf(authorization, outgoing(one)));
  assert.deepEqual(tokens, ['Bearer t1', 'Bearer t2', 'Bearer t3', 'Bearer t1', 'Bearer t4']);
  assert.equal(forms()[0]!.get('subject_token'), `token of ann for ${issuer}`);
  assert.equal(forms()[3]!.get('grant_type'), 'client_credentials');
});

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

test('a token that is refused is replaced once, and by one question for all who were refused with it', async (t) => {
  const { issuer, count } = await scripted(t);
  const { authorization } = opened(t, issuer);
  const requests = Array.from({ length: 5 }, () => outgoing());
  for (const one of requests) assert.equal(await tokenOf(authorization, one), 'Bearer t1');
  const again = await Promise.all(
    requests.map((one) => authorization.refused(one, refusal(401, 'Bearer error="invalid_token"'))),
  );
  assert.deepEqual(again, [true, true, true, true, true]);
  assert.equal(await tokenOf(authorization, requests[0]), 'Bearer t2');
  assert.equal(await authorization.refused(requests[0]!, refusal(401, 'Bearer')), false);
  assert.equal(count('/token'), 2);
});

test('a backend that always wants more gets more twice, and nothing for what it has already', async (t) => {
  const { issuer, forms } = await scripted(t);
  const { authorization } = opened(t, issuer, { scopes: ['a'] });
  const request = outgoing();
  await tokenOf(authorization, request);
  const wants = async (scope: string) => {
    const more = await authorization.refused(
      request,
      refusal(403, `Bearer error="insufficient_scope", scope="${scope}"`),
    );
    if (more) await tokenOf(authorization, request);
    return more;
  };
  assert.equal(await wants('b'), true);
  assert.equal(await wants('b'), false);
  assert.equal(await wants('c'), true);
  assert.equal(await wants('d'), false);
  assert.deepEqual(
    forms().map((form) => form.get('scope')),
    ['a', 'a b', 'a b c'],
  );
  assert.equal(await authorization.refused(request, refusal(403)), false);
  assert.equal(await authorization.refused(request, refusal(400, 'Bearer error="invalid_request"')), false);
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
