import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { calculateJwkThumbprint, createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JWK, jwtVerify } from 'jose';
import { newKeyPem, SigningKeys, withNewKey } from '../../../lib/issuing/signing-keys.ts';
import { type Purpose, subjectOf, TokenMint } from '../../../lib/issuing/token-mint.ts';
import { AuthorizationFault, type OnBehalf } from '../../../lib/model/authorization.ts';
import type { Identity } from '../../../lib/model/principal.ts';

const NOW = Date.parse('2027-03-01T12:00:00Z');
const AUDIENCE = 'https://files.example.com/mcp';
const PURPOSE: Purpose = { backend: 'files', audience: AUDIENCE, ttlMs: 60_000, scopes: ['files:read'] };
const ALICE: Identity = { subject: 'alice', clientId: 'desk', roles: ['reader'], tenant: 'acme', proof: 'api-key' };

function mintWith(pem = newKeyPem()): { mint: TokenMint; keys: SigningKeys } {
  const keys = SigningKeys.read(pem);
  return { keys, mint: new TokenMint('https://gate.example.com/mcp', () => keys.newest, { now: () => NOW }) };
}

function calling(identity: Identity): OnBehalf {
  return { identity, decision: 'd-1', action: 'tools/call', resource: 'files/read_file' };
}

test('a token names who, by whom, where, what and for how long, and nothing else', async () => {
  const { mint, keys } = mintWith();
  const token = mint.tokenFor(calling(ALICE), PURPOSE);
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys.jwks as { keys: JWK[] }), {
    issuer: 'https://gate.example.com/mcp',
    audience: AUDIENCE,
    typ: 'at+jwt',
    currentDate: new Date(NOW),
  });
  assert.deepEqual(protectedHeader, { alg: 'ES256', typ: 'at+jwt', kid: keys.newest.kid });
  const { jti, ...claims } = payload;
  assert.match(jti!, /^[0-9a-f-]{36}$/);
  assert.deepEqual(claims, {
    aud: AUDIENCE,
    sub: '|acme|alice',
    client_id: 'desk',
    tenant: 'acme',
    roles: ['reader'],
    scope: 'files:read',
    mcp: { backend: 'files', action: 'tools/call', resource: 'files/read_file', decision: 'd-1' },
    act: { sub: 'https://gate.example.com/mcp' },
    iss: 'https://gate.example.com/mcp',
    iat: NOW / 1000,
    exp: NOW / 1000 + 60,
  });
});

test('no two tokens are the same, so each can be taken back alone', () => {
  const { mint } = mintWith();
  const [one, other] = [1, 2].map(() => decodeJwt(mint.tokenFor(calling(ALICE), PURPOSE)).jti);
  assert.notEqual(one, other);
});

test('agents that were there before stay in the chain, the nearest first, and ours goes around them', () => {
  const { mint } = mintWith();
  const { act } = decodeJwt(mint.tokenFor(calling({ ...ALICE, actors: ['near', 'far'] }), PURPOSE));
  assert.deepEqual(act, { sub: 'https://gate.example.com/mcp', act: { sub: 'near', act: { sub: 'far' } } });
});

test('a call that went through too many agents gets no token', () => {
  const { mint } = mintWith();
  const through = (count: number) => ({ ...ALICE, actors: Array.from({ length: count }, (_, i) => `agent-${i}`) });
  assert.doesNotThrow(() => mint.tokenFor(calling(through(7)), PURPOSE));
  assert.throws(() => mint.tokenFor(calling(through(8)), PURPOSE), AuthorizationFault);
});

test('people of two issuers or two tenants who have one name are two to whoever believes us', () => {
  const of = (issuer: string, tenant: string | undefined, subject: string): string =>
    subjectOf({ ...ALICE, proof: 'jwt', issuer, tenant, subject });
  const names = [
    subjectOf({ ...ALICE, subject: 'a' }),
    subjectOf({ ...ALICE, subject: 'a', tenant: undefined }),
    subjectOf({ ...ALICE, subject: '|acme|a', tenant: undefined }),
    of('https://one', undefined, 'a'),
    of('https://two', undefined, 'a'),
    of('https://one', 'acme', 'a'),
    of('https://one', 'globex', 'a'),
    of('https://one', undefined, 'acme|a'),
    of('https://one|acme', undefined, 'a'),
    of('https://one%7Cacme', undefined, 'a'),
    of('https://one', 'acme', `${'x'.repeat(300)}1`),
    of('https://one', 'acme', `${'x'.repeat(300)}2`),
  ];
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.ok(name.length <= 256);
});

test('what the gateway does for itself is said to be its own', () => {
  const { mint } = mintWith();
  const claims = decodeJwt(mint.tokenFor(undefined, PURPOSE));
  assert.equal(claims.sub, 'https://gate.example.com/mcp');
  assert.equal(claims['act'], undefined);
});

test('a new key signs at once, and the one before it is believed until it is gone', async () => {
  const first = newKeyPem();
  const before = mintWith(first).mint.tokenFor(calling(ALICE), PURPOSE);
  const second = withNewKey(first, 1);
  const { mint, keys } = mintWith(second);
  const after = mint.tokenFor(calling(ALICE), PURPOSE);
  assert.notEqual(decodeProtectedHeader(after).kid, decodeProtectedHeader(before).kid);
  const set = createLocalJWKSet(keys.jwks as { keys: JWK[] });
  for (const token of [before, after]) await jwtVerify(token, set, { currentDate: new Date(NOW) });
  const third = SigningKeys.read(withNewKey(second, 1));
  assert.equal(third.all.length, 2);
  await assert.rejects(
    jwtVerify(before, createLocalJWKSet(third.jwks as { keys: JWK[] }), { currentDate: new Date(NOW) }),
  );
});

test('a key is named by its thumbprint, and the key set has nothing private', async () => {
  const { keys } = mintWith();
  const [jwk] = keys.jwks.keys as JWK[];
  assert.equal(await calculateJwkThumbprint(jwk!), keys.newest.kid);
  assert.deepEqual(Object.keys(jwk!).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  assert.equal(createPublicKey({ key: jwk as never, format: 'jwk' }).type, 'public');
});

test('what is no key of ours is refused', () => {
  const one = newKeyPem();
  for (const text of [
    '',
    'no key',
    one.replace('PRIVATE', 'PUBLIC'),
    one + one,
    Array.from({ length: 9 }, newKeyPem).join(''),
  ])
    assert.throws(() => SigningKeys.read(text), /holds/);
});
