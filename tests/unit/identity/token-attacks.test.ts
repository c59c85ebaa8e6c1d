import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProven } from '../../../lib/identity/proven.ts';
import { claims, clock, config, ec, keys, refused, rsa } from '../../support/identity/attacked-tokens.ts';
import {
  base64url,
  issuerConfig,
  presenting,
  proverOf,
  signatureOf,
  signed,
  whyNot,
} from '../../support/identity/tokens.ts';

test('what is attacked is proven as long as nothing is wrong with it', async () => {
  const prover = proverOf(config, keys, clock);
  for (const by of [ec, rsa]) assert.equal(await whyNot(prover.prove(presenting(signed(by, claims)))), 'proven');
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
