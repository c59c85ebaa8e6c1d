import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProven, type Proven } from '../../../lib/identity/proven.ts';
import { digestOf } from '../../../lib/identity/revocations.ts';
import { KeySet, parseKeys } from '../../../lib/identity/tokens/key-set.ts';
import type { TokenIssuer } from '../../../lib/model/auth-config.ts';
import { FakeClock } from '../../support/clock.ts';
import {
  AUDIENCE,
  claimsAt,
  hmacToken,
  ISSUER,
  issuerConfig,
  jwksOf,
  keysOf,
  presenting,
  proverOf,
  SetKeys,
  secretKeys,
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

test('every algorithm of the config verifies, and no other one does', async () => {
  for (const alg of ['ES256', 'ES384', 'ES512', 'RS256', 'PS256'] as const) {
    const by = signer(alg, 'k');
    const config = issuerConfig({ algorithms: [alg] });
    const token = signed(by, claimsAt(clock));
    assert.equal(await whyNot(proverOf(config, keysOf(config, by), clock).prove(presenting(token))), 'proven', alg);
    const other = issuerConfig({ algorithms: [alg === 'ES256' ? 'RS256' : 'ES256'] });
    assert.equal(
      await whyNot(proverOf(other, new SetKeys(new KeySet([])), clock).prove(presenting(token))),
      'SP2008 an algorithm that counts for nothing',
    );
  }
});

test('a secret verifies what was made with it', async () => {
  for (const [alg, length] of [
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const) {
    const config = issuerConfig({ algorithms: [alg] });
    const secret = 's'.repeat(length);
    const prover = proverOf(config, secretKeys(config, secret), clock);
    assert.equal(await whyNot(prover.prove(presenting(hmacToken(secret, claimsAt(clock), {}, alg)))), 'proven');
    const wrong = hmacToken(`${secret}x`, claimsAt(clock), {}, alg);
    assert.equal(await whyNot(prover.prove(presenting(wrong))), 'SP2008 the signature is wrong');
  }
});

test('keys without names are tried, and so are keys that share one', async () => {
  const [a, b] = [signer('ES256'), signer('ES256')];
  const config = issuerConfig();
  const prover = proverOf(config, keysOf(config, a, b), clock);
  assert.equal(await whyNot(prover.prove(presenting(signed(b, claimsAt(clock))))), 'proven');
  assert.equal(await whyNot(prover.prove(presenting(signed(a, claimsAt(clock), { kid: 'any' })))), 'proven');
});

test('what has not three parts, or came as an API key, is left to others', async () => {
  const config = issuerConfig();
  const prover = proverOf(config, keysOf(config, ec), clock);
  const token = signed(ec, claimsAt(clock));
  assert.equal(prover.prove(presenting('opaque')), undefined);
  assert.equal(prover.prove(presenting('a.b')), undefined);
  assert.equal(prover.prove(presenting('a.b.c.d')), undefined);
  assert.equal(prover.prove(presenting(token, 'key')), undefined);
  assert.equal(
    prover.prove({ credential: undefined, proofs: [], target: undefined, certificate: undefined }),
    undefined,
  );
  for (const scheme of ['bearer', 'dpop', 'environment', 'message'] as const) {
    assert.equal(await whyNot(prover.prove(presenting(token, scheme))), 'proven', scheme);
  }
});

test('a token that was verified is known again until it expires', async () => {
  const time = new FakeClock();
  const config = issuerConfig({ clockSkewMs: 0 });
  const prover = proverOf(config, keysOf(config, ec), time);
  const presented = presenting(signed(ec, claimsAt(time)));
  const first = prover.prove(presented) as Proven;
  assert.equal(prover.prove(presented), first, 'the very same');
  assert.ok(prover.honours(first));
  time.pass(300_000);
  assert.ok(!prover.honours(first));
  assert.equal(await whyNot(prover.prove(presented)), 'SP2008 expired');
});

test('a key that is dropped closes what it opened', async () => {
  const config = issuerConfig();
  const keys = keysOf(config, ec);
  const prover = proverOf(config, keys, clock);
  const presented = presenting(signed(ec, claimsAt(clock)));
  const proven = prover.prove(presented) as Proven;
  keys.set = parseKeys(jwksOf(signer('ES256', 'k2')), config.algorithms);
  assert.ok(!prover.honours(proven));
  assert.equal(await whyNot(prover.prove(presented)), 'SP2008 signed by an unknown key');
  keys.set = parseKeys(jwksOf({ jwk: { ...signer('ES256').jwk, kid: 'k1' } }), config.algorithms);
  assert.ok(!prover.honours(proven), 'another key under the same name is another key');
  assert.equal(await whyNot(prover.prove(presented)), 'SP2008 the signature is wrong');
});

test('what is taken back by its jti or its digest opens nothing any more, cached or not', async () => {
  const revoked = new Set<string>();
  const config = issuerConfig();
  const revocations = { has: (issuer: string, what: string) => revoked.has(`${issuer} ${what}`) };
  const prover = proverOf(config, keysOf(config, ec), clock, revocations);
  const token = signed(ec, claimsAt(clock, { jti: 'one' }));
  for (const what of ['one', digestOf(token)]) {
    const proven = prover.prove(presenting(token)) as Proven;
    assert.ok(isProven(proven) && prover.honours(proven));
    revoked.add(`https://other.example.com ${what}`);
    assert.ok(prover.honours(proven), 'of another issuer');
    revoked.add(`${ISSUER} ${what}`);
    assert.ok(!prover.honours(proven));
    assert.equal(await whyNot(prover.prove(presenting(token))), 'SP2008 taken back');
    revoked.clear();
  }
});

test('another config honours what it would prove the same, and nothing else', async () => {
  const config = issuerConfig();
  const keys = keysOf(config, ec);
  const proven = proverOf(config, keys, clock).prove(
    presenting(signed(ec, claimsAt(clock, { roles: ['a'] }))),
  ) as Proven;
  const honoured = (more: Partial<TokenIssuer>) => proverOf(issuerConfig(more), keys, clock).honours(proven);
  assert.ok(honoured({}));
  assert.ok(honoured({ refreshMs: 1 }));
  assert.ok(!honoured({ audiences: ['another'] }));
  assert.ok(!honoured({ algorithms: ['RS256'] }));
  assert.ok(!honoured({ tenant: 'acme' }));
  assert.ok(!honoured({ roleMap: { a: ['b'] } }));
  assert.ok(!honoured({ requiredClaims: ['org'] }));
  assert.ok(!honoured({ issuer: 'https://other.example.com' }));
});

test('no keys at all is no fault of the token: who asks is told to come again', async () => {
  const keys = new SetKeys(undefined);
  const prover = proverOf(issuerConfig(), keys, clock);
  const presented = presenting(signed(ec, claimsAt(clock)));
  assert.equal(await whyNot(prover.prove(presented)), 'SP2011 the keys of its issuer cannot be had');
  keys.onAgain = async () => {
    keys.set = parseKeys(jwksOf(ec), ['ES256']);
  };
  assert.equal(await whyNot(prover.prove(presented)), 'proven');
});

test('a key nobody knows is asked for twice at most, and known tokens need no asking', async () => {
  const config = issuerConfig();
  const keys = keysOf(config, ec);
  keys.onAgain = async () => {};
  const prover = proverOf(config, keys, clock);
  assert.equal(await whyNot(prover.prove(presenting(signed(ec, claimsAt(clock))))), 'proven');
  assert.equal(keys.asked, 0);
  const next = signer('ES256', 'k2');
  assert.equal(
    await whyNot(prover.prove(presenting(signed(next, claimsAt(clock))))),
    'SP2008 signed by an unknown key',
  );
  assert.equal(keys.asked, 2);
  // The first answer was under way before the key was made.
  let answers = 0;
  keys.onAgain = async () => {
    if (++answers === 2) keys.set = parseKeys(jwksOf(ec, next), config.algorithms);
  };
  assert.equal(await whyNot(prover.prove(presenting(signed(next, claimsAt(clock))))), 'proven');
});
