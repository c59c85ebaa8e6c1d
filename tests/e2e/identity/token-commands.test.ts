import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { temporaryFolder } from '../../support/folder.ts';
import { modernPost, open, send } from '../../support/http/http.ts';
import { type Ended, sallyport } from '../../support/program/command.ts';
import { serve, serveConfig } from '../../support/program/serve.ts';

const ISSUER = 'https://gate.example/mcp';
const AUDIENCE = 'https://gate.example/mcp';
const SECRET = 'a-secret-of-two-gateways-of-32-bytes-and-more';
const KEY = 'a-key-of-many-characters';

/** A config that believes tokens of its own key, whose set is in a file, and of a secret. */
async function believing(t: TestContext): Promise<{ home: string; config: string; security: string; run: Run }> {
  const home = temporaryFolder(t);
  const run: Run = (args, input = '', env = {}) =>
    sallyport([...args.slice(0, 2), '--config', config, ...args.slice(2)], { home, input, env });
  const config = join(home, 'tokens.yaml');
  const tokens = { issuer: ISSUER, key_file: join(home, 'keys', 'signing.pem') };
  writeFileSync(config, `${serveConfig({})}security: ${JSON.stringify({ tokens })}\n`);
  const jwks = await run(['token', 'jwks']);
  assert.equal(jwks.code, 0, jwks.stderr);
  writeFileSync(join(home, 'jwks.json'), jwks.stdout);
  const hash = (await sallyport(['token', 'hash', '--json'], { home, input: KEY })).stdout;
  const auth = {
    api_keys: [{ key: JSON.parse(hash).hash, client_id: 'keyed' }],
    jwt: { issuer: ISSUER, audience: AUDIENCE, jwks_file: join(home, 'jwks.json'), roles_claim: 'roles' },
    revocations: join(home, 'revoked.json'),
  };
  const security = `security: ${JSON.stringify({ tokens, auth })}\n`;
  writeFileSync(config, `${serveConfig({})}${security}`);
  return { home, config, security, run };
}

type Run = (args: readonly string[], input?: string, env?: Record<string, string>) => Promise<Ended>;

const ISSUE = ['token', 'issue', '--subject', 'alice', '--audience', AUDIENCE];

test('a token that was issued is verified by the key set, and says what it was asked to say', async (t) => {
  const { home, run } = await believing(t);
  const issued = await run([
    ...ISSUE,
    '--client',
    'desk',
    '--role',
    'a',
    '--role',
    'b',
    '--tenant',
    'x',
    '--ttl',
    '5m',
  ]);
  assert.equal(issued.code, 0, issued.stderr);
  const set = createLocalJWKSet(JSON.parse((await run(['token', 'jwks', '--json'])).stdout));
  const { payload } = await jwtVerify(issued.stdout.trim(), set, { issuer: ISSUER, audience: AUDIENCE });
  const { sub, client_id, roles, tenant, exp, iat } = payload;
  assert.deepEqual([sub, client_id, roles, tenant, exp! - iat!], ['alice', 'desk', ['a', 'b'], 'x', 300]);
  assert.equal(statSync(join(home, 'keys', 'signing.pem')).mode & 0o777, 0o600);
});

test('`verify` says whom a token or a key stands for, and why one stands for nobody', async (t) => {
  const { run } = await believing(t);
  const token = (await run(ISSUE)).stdout.trim();
  const valid = await run(['token', 'verify', '--json'], token);
  assert.equal(valid.code, 0, valid.stderr);
  const { ok, subject, proof, issuer } = JSON.parse(valid.stdout);
  assert.deepEqual([ok, subject, proof, issuer], [true, 'alice', 'jwt', ISSUER]);
  assert.match((await run(['token', 'verify'], KEY)).stdout, /keyed[\s\S]*api-key/);
  const other = (await run([...ISSUE.slice(0, 4), '--audience', 'https://elsewhere.example'])).stdout.trim();
  const refused = await run(['token', 'verify'], other);
  assert.deepEqual([refused.code, refused.stdout], [3, 'not valid: for another audience (SP2008)']);
  for (const wrong of [`${token}x`, 'no-token-and-no-key'])
    assert.equal((await run(['token', 'verify', '--json'], wrong)).code, 3, wrong);
});

test('a secret that both sides know signs a token as well, and one that is too short signs nothing', async (t) => {
  const { run } = await believing(t);
  const by = [...ISSUE, '--secret-env', 'SHARED_SECRET'];
  const { stdout, code } = await run(by, '', { SHARED_SECRET: SECRET });
  assert.equal(code, 0);
  const { payload } = await jwtVerify(stdout.trim(), Buffer.from(SECRET), { issuer: ISSUER, algorithms: ['HS256'] });
  assert.equal(payload.sub, 'alice');
  const short = await run(by, '', { SHARED_SECRET: 'too-short' });
  assert.equal(short.code, 2);
  assert.doesNotMatch(short.stderr, /too-short/);
});

test('what is taken back counts for nothing, and nothing that came with it on standard input is printed', async (t) => {
  const { home, run } = await believing(t);
  const token = (await run(ISSUE)).stdout.trim();
  const taken = await run(['token', 'revoke', '--reason', 'laptop lost'], token);
  assert.equal(taken.code, 0, taken.stderr);
  assert.equal(statSync(join(home, 'revoked.json')).mode & 0o777, 0o600);
  assert.match((await run(['token', 'verify'], token)).stdout, /not valid: taken back \(SP2008\)/);
  assert.ok(!taken.stdout.includes(token));
  const next = (await run(ISSUE)).stdout.trim();
  assert.equal((await run(['token', 'verify'], next)).code, 0, 'only that one');
  assert.equal((await run(['token', 'revoke'], KEY)).code, 0);
  assert.match((await run(['token', 'verify'], KEY)).stdout, /taken back \(SP2001\)/);
  assert.equal((await run(['token', 'revoke', '--client', 'alice'])).code, 0);
  assert.match((await run(['token', 'verify'], next)).stdout, /taken back/);
});

test('those who take something back at once lose nothing of each other', async (t) => {
  const { home, run } = await believing(t);
  const ids = ['a', 'b', 'c', 'd'];
  const ends = await Promise.all(ids.map((id) => run(['token', 'revoke', '--issuer', ISSUER, '--jti', id])));
  assert.deepEqual(
    ends.map(({ code }) => code),
    [0, 0, 0, 0],
  );
  const { revoked } = JSON.parse(readFileSync(join(home, 'revoked.json'), 'utf8')) as { revoked: { id: string }[] };
  assert.deepEqual(revoked.map(({ id }) => id).sort(), ids);
});

test('a running gateway closes what a token opened, within a second or two of its being taken back', async (t) => {
  const { home, security, run } = await believing(t);
  const token = (await run(ISSUE)).stdout.trim();
  const served = await serve(t, { home, more: security });
  const headers = { authorization: `Bearer ${token}` };
  const listen = await open(
    served.url,
    modernPost('subscriptions/listen', { notifications: { toolsListChanged: true } }, headers),
  );
  assert.equal(listen.status, 200);
  assert.equal((await send(served.url, modernPost('tools/list', {}, headers))).status, 200);
  await run(['token', 'revoke'], token);
  await listen.end();
  const after = await send(served.url, modernPost('tools/list', {}, headers));
  assert.equal(after.status, 401);
  assert.equal((await send(served.url, modernPost('tools/list', {}, { authorization: `Bearer ${KEY}` }))).status, 200);
});

test('after a rotation new tokens name the new key, and the key set has both', async (t) => {
  const { run } = await believing(t);
  const before = JSON.parse((await run(['token', 'jwks'])).stdout).keys;
  const rotated = await run(['token', 'rotate', '--json']);
  assert.equal(rotated.code, 0, rotated.stderr);
  const { keys } = JSON.parse((await run(['token', 'jwks'])).stdout);
  assert.equal(keys[0].kid, JSON.parse(rotated.stdout).kid);
  assert.equal(keys[1].kid, before[0].kid);
});

test('what cannot be meant is refused with what can', async (t) => {
  const { run } = await believing(t);
  for (const [args, input, why] of [
    [['token', 'revoke', '--jti', 'x'], '', /--issuer/],
    [['token', 'revoke'], '', /standard input/],
    [['token', 'revoke', '--jti', 'x', '--client', 'y'], '', /different things/],
    [['token', 'revoke'], 'a.b.c', /no token/],
    [[...ISSUE, '--ttl', '31d'], '', /30d/],
    [[...ISSUE, '--scope', 'two words'], '', /scope/],
    [['token', 'rotate', '--keep', '9'], '', /0 to 7/],
  ] as const) {
    const ended = await run(args, input);
    assert.equal(ended.code, 2, args.join(' '));
    assert.match(ended.stderr, why);
  }
});
