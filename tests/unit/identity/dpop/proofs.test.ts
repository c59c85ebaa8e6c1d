import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calculateJwkThumbprint } from 'jose';
import { FACTS } from '../../../../lib/identity/dpop/algorithms.ts';
import { publicJwk } from '../../../../lib/identity/dpop/public-jwk.ts';
import { isSameUrl } from '../../../../lib/identity/dpop/same-url.ts';
import { SeenProofs } from '../../../../lib/identity/dpop/seen-proofs.ts';
import { FakeClock } from '../../../support/clock.ts';
import { BoundScene, ENDPOINT, shown } from '../../../support/identity/bound-scene.ts';
import { KeyHolder } from '../../../support/identity/proofs.ts';

for (const algorithm of ['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA'] as const) {
  test(`a proof signed with ${algorithm} counts, and the thumbprint of its key is what others make of it`, async () => {
    const scene = new BoundScene(new KeyHolder(algorithm));
    assert.equal(shown(scene.ask(scene.presented([scene.proof()]))), 'ok');
    assert.equal(shown(scene.ask(scene.presented([scene.proof()]))), 'ok', 'with the key that is ready');
    const key = publicJwk(scene.holder.jwk, FACTS.get(algorithm)!);
    assert.ok(typeof key === 'object');
    assert.equal(key.thumbprint, await calculateJwkThumbprint(scene.holder.jwk));
  });
}

test('the key of the example in RFC 7638 has the thumbprint that stands there', () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs' +
    'tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5ha' +
    'jrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
  const key = publicJwk({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' }, FACTS.get('RS256')!);
  assert.ok(typeof key === 'object');
  assert.equal(key.thumbprint, 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
});

test('RSA keys that are too short, too long or have an odd exponent are none', () => {
  const facts = FACTS.get('RS256')!;
  const number = (bits: number) => {
    const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff);
    bytes[0] = 0xff >> (bytes.length * 8 - bits);
    return bytes.toString('base64url');
  };
  const wrong = (bits: number, e = 'AQAB') => {
    const key = publicJwk({ kty: 'RSA', n: number(bits), e }, facts);
    return typeof key === 'string' ? key : 'a key';
  };
  assert.deepEqual(
    [1024, 2047, 2048, 4096, 4097].map((bits) => wrong(bits)),
    ['its key is too short', 'its key is too short', 'a key', 'a key', 'its key is too long'],
  );
  for (const e of ['Aw', 'AQAA', 'AQAC', 'AQABAQABAQAB', 'AAEAAQ', '', 'AB'])
    assert.match(wrong(2048, e), /exponent|no key/, e);
});

test('URLs are one when RFC 3986 says so, and query and fragment do not count', () => {
  const same = [
    'https://mcp.example.com/mcp',
    'HTTPS://MCP.Example.COM/mcp',
    'https://mcp.example.com:443/mcp',
    'https://mcp.example.com/mcp?x=1',
    'https://mcp.example.com/mcp#f',
    'https://mcp.example.com/./a/../mcp',
    'https://mcp.example.com/%6Dcp',
  ];
  for (const url of same) assert.ok(isSameUrl(url, ENDPOINT), url);
  const others = [
    'https://mcp.example.com/MCP',
    'https://mcp.example.com/mcp/',
    'https://mcp.example.com/mcp%2F',
    'https://mcp.example.com./mcp',
    'https://mcp.example.com:80/mcp',
    'ftp://mcp.example.com/mcp',
    'https:mcp.example.com/mcp',
    ' https://mcp.example.com/mcp',
    'https://mcp.example.com/mcp ',
    '//mcp.example.com/mcp',
    '',
  ];
  for (const url of others) assert.ok(!isSameUrl(url, ENDPOINT), url);
  assert.ok(isSameUrl('http://h/%2f%c3%a9', 'http://h/%2F%C3%A9'));
  assert.ok(!isSameUrl('nonsense', 'nonsense'), 'what is no URL is the same as nothing');
});

test('where nonces are asked for, one of ours opens, the one before it does, and any other is told the current one', () => {
  const scene = new BoundScene();
  scene.possession.use({ dpop: 'optional', dpopNonce: true, dpopWindowMs: 300_000 });
  const ask = (nonce?: string) => shown(scene.ask(scene.presented([scene.proof({ claims: { nonce } })])));
  const first = scene.possession.nonce!;
  assert.match(first, /^[\w-]{24}$/);
  assert.match(ask(), /^SP2009 use_dpop_nonce: .*no nonce/);
  assert.match(ask('foreign'), /^SP2009 use_dpop_nonce: .*counts no more/);
  assert.equal(ask(first), 'ok');
  scene.clock.pass(120_000);
  const second = scene.possession.nonce!;
  assert.notEqual(second, first);
  assert.deepEqual([ask(first), ask(second)], ['ok', 'ok']);
  scene.clock.pass(120_000);
  assert.match(ask(first), /use_dpop_nonce/);
  assert.equal(ask(second), 'ok');
  assert.match(ask(new BoundScene().possession.nonce ?? 'x'), /use_dpop_nonce/);
  assert.match(shown(scene.ask(scene.presented([scene.proof({ claims: { nonce: 7 } })]))), /invalid_dpop_proof/);
});

test('a thief learns nothing of nonces: without the key of the token none is asked for', () => {
  const scene = new BoundScene();
  scene.possession.use({ dpop: 'optional', dpopNonce: true, dpopWindowMs: 300_000 });
  const iat = Math.floor(scene.clock.now() / 1000);
  const stolen = new KeyHolder().proof('POST', ENDPOINT, { token: 'the-token', claims: { iat } });
  assert.match(shown(scene.ask(scene.presented([stolen]))), /another key/);
});

test('when more proofs are remembered than there is room for, new ones are refused, and taken again when old ones end', () => {
  const clock = new FakeClock();
  const seen = new SeenProofs(clock);
  const fill = (key: string, count: number) => {
    for (let i = 0; i < count; i++) assert.equal(seen.use(key, `${i}`, 60_000), 'first');
  };
  fill('a', 50_000);
  assert.equal(seen.use('a', 'more', 60_000), 'full', 'one key alone has no more than half of it');
  fill('b', 50_000);
  assert.equal(seen.use('c', 'more', 60_000), 'full');
  assert.equal(seen.use('a', '7', 60_000), 'again', 'what was used stays used');
  assert.equal(seen.size, 100_000);
  clock.pass(66_000);
  assert.equal(seen.use('a', '7', 60_000), 'first');
  assert.equal(seen.size, 1);
});
