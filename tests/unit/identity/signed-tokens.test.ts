import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProven, type Proven } from '../../../lib/identity/proven.ts';
import { digestOf } from '../../../lib/identity/revocations.ts';
import { KeySet, parseKeys } from '../../../lib/identity/tokens/key-set.ts';
import type { TokenIssuer } from '../../../lib/model/auth-config.ts';
import { FakeClock } from '../../support/clock.ts';
import {
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
