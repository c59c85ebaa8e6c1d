import assert from 'node:assert/strict';
import { createSign } from 'node:crypto';
import { test } from 'node:test';
import { readEnvelope } from '../../../lib/identity/tokens/envelope.ts';
import { claims, ec, refused, rsa } from '../../support/identity/attacked-tokens.ts';
import { base64url, signed } from '../../support/identity/tokens.ts';

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
