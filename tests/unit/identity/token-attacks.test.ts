import assert from 'node:assert/strict';
import { createSign } from 'node:crypto';
import { test } from 'node:test';
import { ClockWatch } from '../../../lib/identity/clock-watch.ts';
import { isProven } from '../../../lib/identity/proven.ts';
import { NONE_REVOKED } from '../../../lib/identity/revocations.ts';
import { BelievedIssuer } from '../../../lib/identity/tokens/believed-issuer.ts';
import { readEnvelope } from '../../../lib/identity/tokens/envelope.ts';
import { parseKeys } from '../../../lib/identity/tokens/key-set.ts';
import { SignedTokens } from '../../../lib/identity/tokens/signed-tokens.ts';
import type { TokenAlgorithm } from '../../../lib/model/auth-config.ts';
import { FakeClock } from '../../support/clock.ts';
import {
  base64url,
  claimsAt,
  hmacToken,
  issuerConfig,
  jwksOf,
  keysOf,
  presenting,
  proverOf,
  SetKeys,
  SILENT,
  signatureOf,
  signed,
  signer,
  whyNot,
} from '../../support/identity/tokens.ts';

const clock = new FakeClock();
const ec = signer('ES256', 'ec');
const rsa = signer('RS256', 'rsa');
/** Every algorithm at once, so that nothing is refused for want of being configured. */
const ALL: readonly TokenAlgorithm[] = ['ES256', 'ES384', 'RS256', 'PS256', 'HS256', 'HS512'];
const config = issuerConfig({ algorithms: ALL });
const keys = keysOf(config, ec, rsa);
const claims = claimsAt(clock);

async function refused(token: string, about = ''): Promise<void> {
  const outcome = await proverOf(config, keys, clock).prove(presenting(token));
  assert.ok(outcome !== undefined && !isProven(outcome), `proven: ${about}`);
  assert.equal(outcome.code, 'SP2008', about);
  assert.equal(outcome.challenge, 'invalid_token', about);
  for (const part of token.split('.').filter((one) => one.length > 8)) {
    assert.ok(!outcome.reason.includes(part), `the reason holds a part of the token: ${outcome.reason}`);
  }
}

test('what is attacked is proven as long as nothing is wrong with it', async () => {
  const prover = proverOf(config, keys, clock);
  for (const by of [ec, rsa]) assert.equal(await whyNot(prover.prove(presenting(signed(by, claims)))), 'proven');
});

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

test('extensions a reader must understand are not passed over', async () => {
  await refused(signed(ec, claims, { crit: ['exp'] }));
  await refused(signed(ec, claims, { crit: [] }));
  await refused(signed(ec, claims, { b64: false, crit: ['b64'] }));
  await refused(signed(ec, claims, { b64: false }));
  await refused(signed(ec, claims, { b64: true }));
});

test('a token of another kind is refused by its type', async () => {
  for (const typ of ['dpop+jwt', 'id+jwt', 'logout+jwt', 'secevent+jwt', 'JWE', '', 'at+jwt ', 7, null, ['JWT']]) {
    await refused(signed(ec, claims, { typ }), JSON.stringify(typ));
  }
  const prover = proverOf(config, keys, clock);
  for (const typ of ['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', undefined]) {
    assert.equal(await whyNot(prover.prove(presenting(signed(ec, claims, { typ })))), 'proven', typ);
  }
});

test('a token within a token is refused', async () => {
  const inner = signed(ec, claims);
  await refused(signed(ec, inner, { cty: 'JWT' }));
  await refused(signed(ec, claims, { cty: 'JWT' }));
  await refused(signed(ec, inner));
  await refused(signed(ec, JSON.stringify(inner)));
  await refused(signed(ec, [claims]));
});

test('times that do not hold now are refused', async () => {
  const now = Math.floor(clock.now() / 1000);
  await refused(signed(ec, { ...claims, exp: now - 31 }), 'expired');
  await refused(signed(ec, { ...claims, exp: 0 }), 'expired for long');
  await refused(signed(ec, { ...claims, exp: undefined }), 'never expires');
  await refused(signed(ec, { ...claims, exp: null }), 'null');
  await refused(signed(ec, { ...claims, exp: String(now + 300) }), 'a text');
  await refused(signed(ec, JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e999')), 'infinite');
  await refused(signed(ec, { ...claims, nbf: now + 31 }), 'not yet');
  await refused(signed(ec, { ...claims, nbf: [0] }), 'no time');
  await refused(signed(ec, { ...claims, iat: now + 31 }), 'from the future');
});

test('a token for somebody else, of somebody else, or for nobody is refused', async () => {
  for (const aud of [
    'https://other.example.com',
    'https://gate.example.com',
    'https://gate.example.com/mcp/',
    undefined,
    null,
    [],
    {},
    '',
    ['x'],
  ]) {
    await refused(signed(ec, { ...claims, aud }), JSON.stringify(aud));
  }
  for (const iss of [
    'https://evil.example.com',
    'https://idp.example.com/',
    'HTTPS://idp.example.com',
    undefined,
    null,
    '',
    ['https://idp.example.com'],
    {},
  ]) {
    await refused(signed(ec, { ...claims, iss }), JSON.stringify(iss));
  }
});

test('a signature that was cut, stretched, emptied or written another way is refused', async () => {
  for (const by of [ec, rsa]) {
    const token = signed(by, claims);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const head = `${header}.${payload}`;
    const raw = Buffer.from(signature, 'base64url');
    const wrong = [
      signature.slice(0, -4),
      signature.slice(4),
      `${signature}AAAA`,
      `AAAA${signature}`,
      `${signature}=`,
      `${signature}==`,
      `${signature} `,
      ` ${signature}`,
      `${signature}\n`,
      base64url(Buffer.alloc(raw.length)),
      base64url(Buffer.alloc(raw.length, 0xff)),
      base64url(Buffer.alloc(1)),
      raw.toString('base64'),
      raw.toString('hex'),
      '',
      '-',
    ].filter((one) => one !== signature);
    for (const one of wrong) await refused(`${head}.${one}`, one);
  }
});

test('an ECDSA signature counts in its fixed form alone', async () => {
  const token = signed(ec, claims);
  const head = token.slice(0, token.lastIndexOf('.'));
  const der = createSign('sha256').update(head).sign(ec.privateKey);
  await refused(`${head}.${base64url(der)}`, 'DER');
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const one = Buffer.concat([Buffer.alloc(31), Buffer.from([1])]);
  for (const [r, s] of [
    [order, order],
    [order, one],
    [one, order],
    [Buffer.alloc(32), one],
    [one, Buffer.alloc(32)],
  ]) {
    await refused(`${head}.${base64url(Buffer.concat([r!, s!]))}`);
  }
});

test('spare bits of the last letter do not make a second token of the first', async () => {
  const token = signed(ec, claims);
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(token.at(-1)!);
  assert.equal(Buffer.from(token.split('.')[2]!, 'base64url').length, 64);
  const other = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last + 1]!;
  const twin = token.slice(0, -1) + other;
  assert.deepEqual(Buffer.from(twin.split('.')[2]!, 'base64url'), Buffer.from(token.split('.')[2]!, 'base64url'));
  await refused(twin);
});

test('what is too large is refused before it is parsed', async () => {
  await refused(signed(ec, { ...claims, filler: 'x'.repeat(8 * 1024) }), 'the token');
  await refused(signed(ec, claims, { filler: 'x'.repeat(1024) }), 'the header');
  await refused(`${'a'.repeat(5_000_000)}.b.c`, 'five megabytes');
  assert.throws(() => readEnvelope(signed(ec, { ...claims, filler: 'x'.repeat(8 * 1024) })), /too long/);
});

test('a key that stands twice is refused, however it is written, in the header and in the payload', async () => {
  const payload = JSON.stringify(claims).slice(1, -1);
  await refused(signed(ec, `{"sub":"bob",${payload}}`));
  await refused(signed(ec, `{${payload},"sub":"bob"}`));
  await refused(signed(ec, `{${payload},"s\\u0075b":"bob"}`));
  await refused(signed(ec, `{${payload},"realm":{"roles":[],"roles":["admin"]}}`));
  await refused(signed(ec, `{${payload},"list":[{"a":1,"a":2}]}`));
  await refused(signed(ec, claims, '{"alg":"ES256","kid":"ec","alg":"none"}'));
  await refused(signed(ec, claims, '{"alg":"none","kid":"ec","alg":"ES256"}'));
  await refused(signed(ec, claims, '{"alg":"ES256","kid":"ec","\\u006bid":"rsa"}'));
});

test('what is no JSON object, or no UTF-8, is refused', async () => {
  for (const header of [
    '',
    'x',
    '[]',
    'null',
    '"x"',
    '{',
    '{}{}',
    '\ufeff{"alg":"ES256","kid":"ec"}',
    '{"alg":"ES256","kid":"ec"}x',
  ]) {
    await refused(signed(ec, claims, header), header);
    await refused(signed(ec, header), header);
  }
  await refused(signed(ec, Buffer.from(JSON.stringify(claims).replace('alice', 'al\u00ffce'), 'latin1')), 'Latin-1');
  await refused(signed(ec, Buffer.from(JSON.stringify(claims), 'utf16le')), 'UTF-16');
  await refused(signed(ec, `${'['.repeat(4000)}${']'.repeat(4000)}`), 'deep');
  await refused(signed(ec, `{"iss":"${String(claims['iss'])}","x":${'{"x":'.repeat(800)}1${'}'.repeat(800)}}`), 'deep');
});

test('names that look like another one, or hide something, are refused or stay what they are', async () => {
  for (const sub of [
    'alice\u200b',
    '\u202ealice',
    'al\u0000ice',
    'alice\n',
    'alice\u2028',
    '\ufeffalice',
    'alice\u00ad',
    '\ud800',
  ]) {
    await refused(signed(ec, JSON.stringify({ ...claims, sub })), JSON.stringify(sub));
  }
  await refused(signed(ec, { ...claims, iss: 'https://idp.exampl\u0435.com' }), 'a Cyrillic letter');
});

test('claims by the names of an object are claims like any other', async () => {
  const prover = proverOf(issuerConfig({ claims: { ...config.claims, roles: 'constructor.name' } }), keys, clock);
  const outcome = await prover.prove(presenting(signed(ec, claims)));
  assert.ok(outcome !== undefined && isProven(outcome));
  assert.deepEqual(outcome.identity.roles, []);
  const polluted = JSON.stringify(claims).replace('{', '{"__proto__":{"roles":["admin"],"sub":"root"},');
  const other = await proverOf(config, keys, clock).prove(presenting(signed(ec, polluted)));
  assert.ok(other !== undefined && isProven(other));
  assert.deepEqual([other.identity.subject, other.identity.roles], ['alice', []]);
  const mapped = issuerConfig({ roleMap: { reader: ['reader'] } });
  const third = await proverOf(mapped, keys, clock).prove(
    presenting(signed(ec, { ...claims, roles: ['constructor', '__proto__', 'toString'] })),
  );
  assert.ok(third !== undefined && isProven(third));
  assert.deepEqual(third.identity.roles, []);
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

test('parts of two good tokens make no third one', async () => {
  const [a, b] = [signed(ec, claims), signed(ec, { ...claims, sub: 'bob' })].map((token) => token.split('.'));
  await refused([a![0], b![1], a![2]].join('.'));
  await refused([a![0], a![1], b![2]].join('.'));
  await refused([base64url({ alg: 'ES256', kid: 'ec', typ: 'JWT' }), a![1], a![2]].join('.'));
});

test('what is wrong once is not remembered as right, and what is right not as wrong', async () => {
  const prover = proverOf(config, keys, clock);
  const token = signed(ec, claims);
  const input = token.slice(0, token.lastIndexOf('.'));
  const forged = `${input}.${base64url(Buffer.alloc(64, 1))}`;
  assert.equal(await whyNot(prover.prove(presenting(forged))), 'SP2008 the signature is wrong');
  assert.equal(await whyNot(prover.prove(presenting(token))), 'proven');
  assert.equal(await whyNot(prover.prove(presenting(forged))), 'SP2008 the signature is wrong');
  assert.equal(await whyNot(prover.prove(presenting(`${input}.${base64url(signatureOf(ec, input))}`))), 'proven');
});

test('keys that cannot be had open nothing', async () => {
  const prover = proverOf(config, new SetKeys(undefined), clock);
  assert.equal(
    await whyNot(prover.prove(presenting(signed(ec, claims)))),
    'SP2011 the keys of its issuer cannot be had',
  );
  assert.match((await whyNot(prover.prove(presenting(signed(ec, claims, { alg: 'none' })))))!, /^SP2008/);
});
