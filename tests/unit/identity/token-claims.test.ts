import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProven, type Proven } from '../../../lib/identity/proven.ts';
import type { TokenIssuer } from '../../../lib/model/auth-config.ts';
import { FakeClock } from '../../support/clock.ts';
import {
  AUDIENCE,
  claimsAt,
  ISSUER,
  issuerConfig,
  keysOf,
  presenting,
  proverOf,
  signed,
  signer,
  whyNot,
} from '../../support/identity/tokens.ts';

const ec = signer('ES256', 'k1');
const clock = new FakeClock();

/** What a token with these claims proves to an issuer of this config. */
async function provenBy(claims: Record<string, unknown>, config: Partial<TokenIssuer> = {}): Promise<Proven> {
  const issuer = issuerConfig(config);
  const outcome = await proverOf(issuer, keysOf(issuer, ec), clock).prove(
    presenting(signed(ec, claimsAt(clock, claims))),
  );
  assert.ok(outcome !== undefined && isProven(outcome), JSON.stringify(outcome));
  return outcome;
}

function refusal(claims: Record<string, unknown>, config: Partial<TokenIssuer> = {}): Promise<string | undefined> {
  const issuer = issuerConfig(config);
  return whyNot(proverOf(issuer, keysOf(issuer, ec), clock).prove(presenting(signed(ec, claimsAt(clock, claims)))));
}

test('a token says who somebody is, for whom they act, and what they may do', async () => {
  const { identity, expiresMs, boundTo } = await provenBy(
    {
      azp: 'agent-7',
      realm_access: { roles: ['analyst', 'unknown'] },
      org: 'acme',
      scope: 'read write',
      act: { sub: 'planner', act: { sub: 'assistant' } },
    },
    {
      claims: {
        subject: 'sub',
        clientId: ['azp', 'client_id'],
        roles: 'realm_access.roles',
        tenant: 'org',
        scopes: ['scope', 'scp'],
      },
      roleMap: { analyst: ['reader', 'reporter'] },
    },
  );
  assert.deepEqual(identity, {
    subject: 'alice',
    clientId: 'agent-7',
    roles: ['reader', 'reporter'],
    byRoles: true,
    permissions: undefined,
    tenant: 'acme',
    proof: 'jwt',
    issuer: ISSUER,
    scopes: ['read', 'write'],
    actors: ['planner', 'assistant'],
  });
  assert.equal(expiresMs, clock.now() + 330_000, 'with the clock skew');
  assert.equal(boundTo, undefined);
});

test('a token that names no client stands for its subject, and one without scopes has none', async () => {
  const { identity } = await provenBy({});
  assert.equal(identity.clientId, 'alice');
  assert.deepEqual(identity.scopes, []);
  assert.deepEqual(identity.roles, []);
  assert.equal(identity.actors, undefined);
});

test('the tenant of the config counts more than what a token claims', async () => {
  const claims = { ...issuerConfig().claims, tenant: 'org' };
  assert.equal((await provenBy({ org: 'other' }, { tenant: 'ours', claims })).identity.tenant, 'ours');
  assert.equal(await refusal({}, { claims }), 'SP2008 names no tenant');
});

test('a claim with dots in its name is found by that name before dots lead inwards', async () => {
  const claims = { ...issuerConfig().claims, roles: 'https://example.com/roles' };
  assert.deepEqual((await provenBy({ 'https://example.com/roles': 'one' }, { claims })).identity.roles, ['one']);
});

test('what a token is bound to is handed on, the fingerprint as hex digits', async () => {
  const jkt = 'A'.repeat(43);
  const { boundTo } = await provenBy({ cnf: { jkt, 'x5t#S256': jkt } });
  assert.deepEqual(boundTo, { jkt, certificate: '0'.repeat(64) });
});

test('a bond nobody here can check refuses the token', async () => {
  for (const cnf of [{}, { kid: 'x' }, { jkt: 'A'.repeat(43), jwk: {} }, { jkt: 7 }, { jkt: 'short' }, 'x', null, []]) {
    assert.match((await refusal({ cnf }))!, /^SP2008/, JSON.stringify(cnf));
  }
});

test('claims of the wrong type refuse the token instead of being passed over', async () => {
  const wrong: readonly Record<string, unknown>[] = [
    { sub: 7 },
    { sub: '' },
    { sub: 'a\u202eb' },
    { sub: 'a\nb' },
    { sub: undefined },
    { azp: ['a'] },
    { roles: { admin: true } },
    { roles: ['a', 7] },
    { roles: ['a', null] },
    { roles: Array.from({ length: 257 }, (_, index) => `r${index}`) },
    { roles: 'x'.repeat(257) },
    { scope: 7 },
    { scp: [['a']] },
    { jti: 7 },
    { exp: '9999999999' },
    { exp: undefined },
    { exp: 1e300 },
    { nbf: '0' },
    { iat: null },
    { iat: -1 },
    { aud: [AUDIENCE, 7] },
    { act: 'agent' },
    { act: { name: 'agent' } },
    { act: [] },
  ];
  for (const claims of wrong) assert.match((await refusal(claims))!, /^SP2008/, JSON.stringify(claims));
});

test('a chain of eight agents is heard, and one of nine is not', async () => {
  const chain = (length: number): unknown => (length === 0 ? undefined : { sub: `a${length}`, act: chain(length - 1) });
  assert.equal((await provenBy({ act: chain(8) })).identity.actors?.length, 8);
  assert.equal(await refusal({ act: chain(9) }), 'SP2008 `act` goes too deep');
});

test('a token that lives longer than allowed, or does not say since when, is refused', async () => {
  const now = Math.floor(clock.now() / 1000);
  assert.equal(await refusal({ exp: now + 601 }, { maxLifetimeMs: 600_000 }), 'SP2008 lives longer than allowed');
  assert.equal(await refusal({ iat: undefined }, { maxLifetimeMs: 600_000 }), 'SP2008 does not say when it was issued');
  await provenBy({ exp: now + 600 }, { maxLifetimeMs: 600_000 });
});

test('a claim the config requires must be there', async () => {
  assert.equal(await refusal({}, { requiredClaims: ['org.id'] }), 'SP2008 has no claim `org.id`');
  assert.equal(await refusal({ org: { id: null } }, { requiredClaims: ['org.id'] }), 'SP2008 has no claim `org.id`');
  await provenBy({ org: { id: 'x' } }, { requiredClaims: ['org.id'] });
});

test('times are judged with the clock skew on both sides', async () => {
  const now = Math.floor(clock.now() / 1000);
  await provenBy({ exp: now - 29 });
  assert.equal(await refusal({ exp: now - 30 }), 'SP2008 expired');
  await provenBy({ nbf: now + 30, iat: now + 30 });
  assert.equal(await refusal({ nbf: now + 31 }), 'SP2008 not valid yet');
  assert.equal(await refusal({ iat: now + 31 }), 'SP2008 issued in the future');
});

test('id, refresh and logout tokens are no access tokens, whatever their audience', async () => {
  for (const claims of [
    { typ: 'ID' },
    { typ: 'Refresh' },
    { typ: 'Offline' },
    { token_use: 'id' },
    { typ: 'Logout' },
  ]) {
    assert.equal(await refusal(claims), 'SP2008 not an access token');
  }
  await provenBy({ typ: 'Bearer', token_use: 'access' });
});
