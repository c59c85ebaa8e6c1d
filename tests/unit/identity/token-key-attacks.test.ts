import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClockWatch } from '../../../lib/identity/clock-watch.ts';
import { NONE_REVOKED } from '../../../lib/identity/revocations.ts';
import { BelievedIssuer } from '../../../lib/identity/tokens/believed-issuer.ts';
import { parseKeys } from '../../../lib/identity/tokens/key-set.ts';
import { SignedTokens } from '../../../lib/identity/tokens/signed-tokens.ts';
import { ALL, claims, clock, config, ec, keys, refused, rsa } from '../../support/identity/attacked-tokens.ts';
import {
  base64url,
  hmacToken,
  issuerConfig,
  jwksOf,
  keysOf,
  presenting,
  proverOf,
  SetKeys,
  SILENT,
  signed,
  signer,
  whyNot,
} from '../../support/identity/tokens.ts';

test('a token without a signature is refused however none is spelt', async () => {
  for (const alg of ['none', 'None', 'NONE', 'nOnE', 'none ', '', null, undefined, 0, ['none'], { none: 1 }]) {
    const input = `${base64url({ alg, typ: 'JWT' })}.${base64url(claims)}`;
    await refused(`${input}.`, String(alg));
    await refused(`${input}.${base64url('x')}`, String(alg));
    await refused(signed(ec, claims, { alg }), String(alg));
  }
});

test('the public key of the issuer is no secret to sign with, in no form of it', async () => {
  const { publicKey } = rsa;
  const forms: readonly (string | Buffer)[] = [
    publicKey.export({ type: 'spki', format: 'pem' }),
    publicKey.export({ type: 'spki', format: 'pem' }).toString().trim(),
    publicKey.export({ type: 'pkcs1', format: 'pem' }),
    publicKey.export({ type: 'spki', format: 'der' }),
    publicKey.export({ type: 'pkcs1', format: 'der' }),
    JSON.stringify(rsa.jwk),
    Buffer.from(rsa.jwk['n'] as string, 'base64url'),
    '',
  ];
  for (const form of forms) {
    for (const kid of ['rsa', 'ec', undefined]) {
      await refused(hmacToken(form, claims, { kid }));
      await refused(hmacToken(form, claims, { kid }, 'HS512'));
    }
  }
});

test('a key is used for its own kind of signature only', async () => {
  await refused(signed(ec, claims, { kid: 'rsa' }), 'EC by the name of RSA');
  await refused(signed(rsa, claims, { kid: 'ec' }), 'RSA by the name of EC');
  await refused(signed(rsa, claims, { alg: 'PS256' }), 'PKCS #1 as PSS');
  await refused(signed({ ...rsa, alg: 'PS256' }, claims, { alg: 'RS256' }), 'PSS as PKCS #1');
  await refused(signed(ec, claims, { alg: 'ES384' }), 'P-256 as P-384');
  await refused(signed(signer('ES384', 'ec'), claims, { alg: 'ES256' }), 'P-384 as P-256');
});

test('a key is not even found for a signature it cannot make', () => {
  const set = keys.set!;
  assert.deepEqual([set.find('ec', 'ES256').length, set.find('ec', 'ES384').length], [1, 0]);
  assert.deepEqual([set.find('ec', 'RS256').length, set.find('ec', 'HS256').length], [0, 0]);
  assert.deepEqual([set.find('rsa', 'PS256').length, set.find('rsa', 'ES256').length], [1, 0]);
  assert.deepEqual([set.find(undefined, 'ES256').length, set.find(undefined, 'HS256').length], [1, 0]);
});

test('a key that is for something else, or too weak, is not used', () => {
  const { jwk } = rsa;
  const useless: readonly Record<string, unknown>[] = [
    { ...jwk, use: 'enc' },
    { ...jwk, key_ops: ['sign'] },
    { ...jwk, key_ops: 'verify' },
    { ...jwk, alg: 'HS256' },
    { ...jwk, alg: 'none' },
    { ...jwk, alg: 'RSA-OAEP' },
    { ...jwk, e: 'AQ' },
    { ...jwk, kid: 7 },
    { ...jwk, kid: 'k'.repeat(257) },
    { ...jwk, kty: 'oct', k: base64url('x'.repeat(64)) },
    { ...jwk, kty: 'OKP' },
    { ...rsa.privateKey.export({ format: 'jwk' }), kid: 'rsa' },
    signer('RS256', 'rsa', 1024).jwk,
    { ...ec.jwk, crv: 'secp256k1' },
    { ...ec.jwk, crv: 'P-384' },
    { ...ec.jwk, x: ec.jwk['y'] },
  ];
  for (const one of useless) {
    assert.throws(() => parseKeys(jwksOf({ jwk: one }), ALL), /holds no public key/, JSON.stringify(one));
  }
  assert.throws(() => parseKeys(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), ALL), /holds no/);
  assert.equal(parseKeys(rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(), ALL).size, 1);
});

test('a kid is a name and nothing else: no path, no query, no command', async () => {
  const tricks = [
    '../../../../dev/null',
    '/dev/null',
    '/proc/sys/kernel/randomize_va_space',
    'file:///etc/passwd',
    "x' UNION SELECT 'secret' --",
    '"; DROP TABLE keys; --',
    '$(id)',
    '|id',
    'http://attacker.example.com/key',
    '__proto__',
    'constructor',
    'ec\u0000',
    'EC',
    ' ec',
    'ｅｃ',
  ];
  for (const kid of tricks) {
    for (const secret of ['', '\0', 'secret', '0']) await refused(hmacToken(secret, claims, { kid }), kid);
    await refused(signed(ec, claims, { kid }), kid);
  }
  for (const kid of [7, null, '', ['ec'], { ec: 1 }, true, 'k'.repeat(257)]) {
    await refused(signed(ec, claims, { kid }), JSON.stringify(kid));
    const outcome = proverOf(config, keys, clock).prove(presenting(signed(ec, claims, { kid })));
    assert.equal(await whyNot(outcome), 'SP2008 `kid` is no name of a key', JSON.stringify(kid));
  }
});

test('a key the token brings or points at is never used', async () => {
  const mine = signer('ES256', 'mine');
  const headers: readonly Record<string, unknown>[] = [
    { jwk: mine.jwk },
    { jku: 'https://attacker.example.com/jwks' },
    { jku: 'https://idp.example.com@attacker.example.com/jwks' },
    { x5u: 'https://attacker.example.com/cert' },
    { x5c: [base64url('x')] },
    { x5t: 'x', 'x5t#S256': 'x' },
  ];
  for (const header of headers) {
    await refused(signed(mine, claims, header), JSON.stringify(header));
    await refused(signed(mine, claims, { ...header, kid: 'ec' }), JSON.stringify(header));
    await refused(signed(mine, claims, { ...header, kid: undefined }), JSON.stringify(header));
  }
});

test('a key of one issuer signs nothing for another one, even under the same name', async () => {
  const [ours, theirs] = [signer('ES256', 'same'), signer('ES256', 'same')];
  const [a, b] = [issuerConfig(), issuerConfig({ issuer: 'https://other.example.com' })];
  const issuers = [
    new BelievedIssuer(a, keysOf(a, ours), NONE_REVOKED),
    new BelievedIssuer(b, keysOf(b, theirs), NONE_REVOKED),
  ];
  const prover = new SignedTokens(issuers, clock, new ClockWatch(clock, SILENT));
  const asOther = { ...claims, iss: 'https://other.example.com' };
  assert.equal(await whyNot(prover.prove(presenting(signed(ours, claims)))), 'proven');
  assert.equal(await whyNot(prover.prove(presenting(signed(theirs, asOther)))), 'proven');
  assert.equal(await whyNot(prover.prove(presenting(signed(theirs, claims)))), 'SP2008 the signature is wrong');
  assert.equal(await whyNot(prover.prove(presenting(signed(ours, asOther)))), 'SP2008 the signature is wrong');
});

test('keys that cannot be had open nothing', async () => {
  const prover = proverOf(config, new SetKeys(undefined), clock);
  assert.equal(
    await whyNot(prover.prove(presenting(signed(ec, claims)))),
    'SP2011 the keys of its issuer cannot be had',
  );
  assert.match((await whyNot(prover.prove(presenting(signed(ec, claims, { alg: 'none' })))))!, /^SP2008/);
});
