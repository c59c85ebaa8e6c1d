import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openObtained } from '../../../backends/authorization/open.ts';
import type { GrantSource, ObtainedCredentials } from '../../../lib/model/obtained-credentials.ts';
import { FakeClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { obtaining } from '../../support/identity/obtaining.ts';
import { PublishedKeys as ScriptedServer } from '../../support/identity/published-keys.ts';
import type { Message } from '../../support/mcp/lines.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ID_JAG = 'urn:ietf:params:oauth:token-type:id-jag';
const SECRET = 'the-client-secret-of-the-gateway';
const FIRST = 'eyJh.first-of-the-platform.c2ln';
const USER = 'eyJh.who-the-user-is.c2ln';
const GIVEN = 'eyJh.given-by-the-provider.c2ln';

/** A server that publishes metadata and answers with `answer` at `/token`; 400 where that is an error. */
async function answering(t: TestContext, answer: () => Message) {
  const server = await ScriptedServer.start(t);
  const issuer = server.origin;
  server.answering = (response, { path }) => {
    const said =
      path === '/.well-known/oauth-authorization-server'
        ? { issuer, token_endpoint: `${issuer}/token` }
        : path === '/token'
          ? answer()
          : undefined;
    response.statusCode = said === undefined ? 404 : 'error' in said ? 400 : 200;
    response.end(JSON.stringify(said ?? {}));
  };
  const asked = () => server.asked.filter(({ path }) => path === '/token');
  return { issuer, asked, forms: () => asked().map(({ body }) => Object.fromEntries(new URLSearchParams(body))) };
}

function opened(t: TestContext, issuer: string, grant: GrantSource, more: Partial<ObtainedCredentials> = {}) {
  const clock = new FakeClock();
  const learned: string[] = [];
  const backend = obtaining(`${issuer}/mcp`, { mode: 'jwt_bearer', issuer, grant, ...more });
  const authorization = openObtained(backend, {
    clock,
    stateDir: temporaryFolder(t),
    environment: {},
    learn: (secrets) => void learned.push(...secrets),
    subjectToken: () => assert.fail('an assertion of ours is not asked for'),
  });
  const headers = async () =>
    await authorization.headers({ method: 'POST', url: new URL(`${issuer}/mcp`), onBehalf: undefined });
  return { clock, learned, headers };
}

const token = (text: string) => ({ access_token: text, token_type: 'Bearer', expires_in: 300 });

function secretFile(t: TestContext, text: string): string {
  const file = join(temporaryFolder(t), 'signed.jwt');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

test('what a platform hands out is given for a token, and read anew for the next', async (t) => {
  const server = await answering(t, () => token('t'));
  const path = secretFile(t, FIRST);
  const { headers, clock } = opened(
    t,
    server.issuer,
    { kind: 'assertion', from: { kind: 'file', path } },
    { clientId: 'workload', scopes: ['a', 'b'] },
  );
  assert.deepEqual(await headers(), ['Authorization', 'Bearer t']);
  await headers();
  assert.equal(server.asked().length, 1);
  assert.deepEqual(server.forms()[0], {
    grant_type: JWT_BEARER,
    assertion: FIRST,
    resource: `${server.issuer}/mcp`,
    scope: 'a b',
    client_id: 'workload',
  });
  assert.equal(server.asked()[0]!.headers.authorization, undefined);
  writeFileSync(path, FIRST.replace('first', 'second'));
  clock.pass(280_000);
  await headers();
  assert.equal(server.forms()[1]!['assertion'], FIRST.replace('first', 'second'));
});

test('an assertion that says whose it is needs no client', async (t) => {
  const server = await answering(t, () => token('t'));
  await opened(t, server.issuer, { kind: 'assertion', from: { kind: 'value', value: FIRST } }).headers();
  assert.equal(server.forms()[0]!['client_id'], undefined);
});

test('a file that holds something else than an assertion is sent nowhere', async (t) => {
  const server = await answering(t, () => token('t'));
  for (const text of [
    '-----BEGIN PRIVATE KEY-----\nabc',
    'no-jwt-at-all',
    'a.b.c\nd.e.f',
    `${'a'.repeat(13_000)}.b.c`,
  ]) {
    const from = { kind: 'file', path: secretFile(t, text) } as const;
    const { headers } = opened(t, server.issuer, { kind: 'assertion', from });
    await assert.rejects(
      headers(),
      (error: Error) => /is no signed JWT/.test(error.message) && !error.message.includes(text),
    );
  }
  assert.equal(server.asked().length, 0);
});

test('an assertion that is refused is not given again for the same request, nor is another grant tried', async (t) => {
  const server = await answering(t, () => ({ error: 'invalid_grant', error_description: FIRST }));
  const { headers } = opened(t, server.issuer, { kind: 'assertion', from: { kind: 'value', value: FIRST } });
  await assert.rejects(
    headers(),
    (error: Error) => /answered "invalid_grant"/.test(error.message) && !error.message.includes(FIRST),
  );
  assert.deepEqual(
    server.forms().map((form) => form['grant_type']),
    [JWT_BEARER],
  );
});

const provider = (t: TestContext, issuer: string, user = USER): GrantSource => ({
  kind: 'identity_provider',
  provider: {
    issuer,
    tokenUrl: undefined,
    clientId: 'at-the-provider',
    clientProof: { kind: 'secret', from: { kind: 'value', value: 'another-secret-for-the-provider' } },
    subjectToken: { kind: 'file', path: secretFile(t, user) },
    subjectTokenType: 'urn:ietf:params:oauth:token-type:id_token',
  },
});

const client: Partial<ObtainedCredentials> = {
  clientId: 'gateway',
  clientProof: { kind: 'secret', from: { kind: 'value', value: SECRET } },
  scopes: ['a'],
};

test('an identity provider gives the assertion, for one server and one resource, and each server sees its own client', async (t) => {
  const idp = await answering(t, () => ({ access_token: GIVEN, issued_token_type: ID_JAG, token_type: 'N_A' }));
  const server = await answering(t, () => token('t'));
  const { headers, learned } = opened(t, server.issuer, provider(t, idp.issuer), client);
  assert.deepEqual(await headers(), ['Authorization', 'Bearer t']);
  assert.deepEqual(idp.forms(), [
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: ID_JAG,
      audience: server.issuer,
      resource: `${server.issuer}/mcp`,
      subject_token: USER,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      scope: 'a',
    },
  ]);
  assert.deepEqual(server.forms(), [
    { grant_type: JWT_BEARER, assertion: GIVEN, resource: `${server.issuer}/mcp`, scope: 'a' },
  ]);
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
  assert.equal(idp.asked()[0]!.headers.authorization, basic('at-the-provider:another-secret-for-the-provider'));
  assert.equal(server.asked()[0]!.headers.authorization, basic(`gateway:${SECRET}`));
  assert.ok(learned.includes(SECRET) && learned.includes('another-secret-for-the-provider'));
});

test('what an identity provider gives in the place of an assertion goes to no other server', async (t) => {
  const answers: [Message, RegExp][] = [
    [{ access_token: GIVEN, token_type: 'Bearer' }, /gave something else/],
    [
      { access_token: GIVEN, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', token_type: 'Bearer' },
      /gave something else/,
    ],
    [{ access_token: 'opaque', issued_token_type: ID_JAG, token_type: 'N_A' }, /is no signed JWT/],
    [{ issued_token_type: ID_JAG, token_type: 'N_A' }, /is no signed JWT/],
    [{ error: 'invalid_grant' }, /its identity provider answered "invalid_grant"/],
  ];
  for (const [answer, expected] of answers) {
    const idp = await answering(t, () => answer);
    const server = await answering(t, () => token('t'));
    await assert.rejects(opened(t, server.issuer, provider(t, idp.issuer), client).headers(), expected);
    assert.equal(server.asked().length, 0);
  }
});

test('a file that holds no ID token is not sent to the identity provider', async (t) => {
  const idp = await answering(t, () => ({}));
  const server = await answering(t, () => token('t'));
  const { headers } = opened(t, server.issuer, provider(t, idp.issuer, 'a-password-of-somebody'), client);
  await assert.rejects(headers(), /the `subject_token` is no signed JWT/);
  assert.equal(idp.asked().length, 0);
});

test('a backend that names another authorization server gets no assertion, and the provider is asked for none', async (t) => {
  const idp = await answering(t, () => ({ access_token: GIVEN, issued_token_type: ID_JAG, token_type: 'N_A' }));
  const server = await answering(t, () => token('t'));
  const far = await ScriptedServer.start(t);
  far.answering = (response) =>
    response.end(JSON.stringify({ resource: `${far.origin}/mcp`, authorization_servers: ['https://evil.example'] }));
  const backend = obtaining(`${far.origin}/mcp`, {
    mode: 'jwt_bearer',
    issuer: server.issuer,
    grant: provider(t, idp.issuer),
    ...client,
  });
  const authorization = openObtained(backend, {
    clock: new FakeClock(),
    stateDir: temporaryFolder(t),
    environment: {},
    learn: () => {},
    subjectToken: () => '',
  });
  const url = new URL(`${far.origin}/mcp`);
  await assert.rejects(
    async () => await authorization.headers({ method: 'POST', url, onBehalf: undefined }),
    /believes another authorization server now: evil\.example/,
  );
  assert.equal(idp.asked().length + server.asked().length, 0);
});
