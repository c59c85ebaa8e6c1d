import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { KeyUrl } from '../../../../backends/identity/key-url.ts';
import { ClockWatch } from '../../../../lib/identity/clock-watch.ts';
import type { TokenIssuer } from '../../../../lib/model/auth-config.ts';
import { FakeClock } from '../../../support/clock.ts';
import { PublishedKeys } from '../../../support/identity/published-keys.ts';
import { issuerConfig, jwksOf, signer } from '../../../support/identity/tokens.ts';

const [first, second] = [signer('ES256', 'k1'), signer('ES256', 'k2')];

async function scene(t: TestContext, config: Partial<TokenIssuer> = {}, url?: string) {
  const server = await PublishedKeys.start(t);
  server.published = jwksOf(first);
  const clock = new FakeClock();
  const told: string[] = [];
  const log = {
    write: (_level: string, event: string, fields: Readonly<Record<string, unknown>> = {}) => {
      told.push([event, fields['why']].filter(Boolean).join(': '));
    },
  };
  const watch = new ClockWatch(clock, log);
  const from = { url: url ?? `${server.origin}/jwks`, allowPrivate: false };
  const keys = new KeyUrl(from, issuerConfig({ refreshMs: 600_000, graceMs: 3_600_000, ...config }), {
    clock,
    log,
    watch,
  });
  t.after(() => keys.close());
  const knows = (kid: string) => (keys.current()?.find(kid, 'ES256') ?? []).length > 0;
  return { server, clock, told, watch, keys, knows };
}

test('keys are asked for once, however many wait for them', async (t) => {
  const { server, keys, knows, told } = await scene(t);
  assert.equal(keys.current(), undefined);
  await Promise.all([keys.again(), keys.again(), keys.again()]);
  assert.ok(knows('k1'));
  assert.equal(server.asked.length, 1);
  assert.deepEqual(told, ['keys_changed']);
});

test('keys that are due are asked for behind the request that uses the known ones', async (t) => {
  const { server, clock, keys, knows } = await scene(t);
  await keys.again();
  server.published = jwksOf(second);
  clock.pass(599_999);
  assert.ok(knows('k1'));
  assert.equal(server.asked.length, 1);
  clock.pass(1);
  assert.ok(knows('k1'), 'nobody waits');
  await keys.again();
  assert.ok(!knows('k1') && knows('k2'));
  assert.equal(server.asked.length, 2);
});

test('a key nobody knows is asked for at most once in thirty seconds', async (t) => {
  const { server, clock, keys, knows } = await scene(t);
  await keys.again();
  server.published = jwksOf(first, second);
  assert.notEqual(keys.again(), undefined);
  await keys.again();
  assert.ok(knows('k2'));
  for (let i = 0; i < 100; i++) assert.equal(keys.again(), undefined);
  clock.pass(29_999);
  assert.equal(keys.again(), undefined);
  clock.pass(1);
  await keys.again();
  assert.equal(server.asked.length, 3);
});

test('known keys count for the time of grace when the issuer is gone, then none does', async (t) => {
  const { server, clock, keys, knows, told } = await scene(t);
  await keys.again();
  server.answering = (response) => response.writeHead(500).end();
  clock.pass(600_000);
  assert.ok(knows('k1'));
  await keys.again();
  assert.ok(keys.isFailing && knows('k1'));
  clock.pass(2_999_999);
  assert.ok(knows('k1'));
  await keys.again();
  clock.pass(1);
  assert.equal(keys.current(), undefined);
  assert.deepEqual(told, ['keys_changed', 'keys_unavailable: answered HTTP 500'], 'said once');
  server.answering = (response) => response.end(jwksOf(first));
  clock.pass(30_000);
  await keys.again();
  assert.ok(knows('k1') && !keys.isFailing);
  assert.deepEqual(told.slice(2), ['keys_back']);
});

test('without grace, keys that cannot be had again count no longer', async (t) => {
  const { server, clock, keys, knows } = await scene(t, { graceMs: 0 });
  await keys.again();
  clock.pass(599_999);
  assert.ok(knows('k1'), 'until they are due');
  server.answering = (response) => response.destroy();
  clock.pass(1);
  assert.ok(knows('k1'), 'while they are asked for');
  await keys.again();
  assert.equal(keys.current(), undefined);
});

test('an issuer that is gone is not asked at every request', async (t) => {
  const { server, clock, keys } = await scene(t);
  server.answering = (response) => response.writeHead(503).end();
  await keys.again();
  for (let i = 0; i < 100; i++) assert.equal(keys.again(), undefined);
  assert.equal(server.asked.length, 1);
  clock.pass(1000);
  await keys.again();
  assert.equal(server.asked.length, 2);
  clock.pass(1000);
  assert.equal(keys.again(), undefined, 'each time it takes longer');
});

test('an answer that is no set of keys keeps the old one', async (t) => {
  const { server, clock, keys, knows, told } = await scene(t);
  await keys.again();
  const asDue = () => {
    keys.current();
    return keys.again();
  };
  for (const [text, why] of [
    ['<html>', 'is no JWK set'],
    ['{"keys":[],"keys":[]}', 'is no JWK set'],
    [JSON.stringify({ keys: Array.from({ length: 101 }, () => second.jwk) }), 'holds more than 100 keys'],
    [`${jwksOf(second)}${' '.repeat(300_000)}`, 'answered with more than 256 KiB'],
  ]) {
    server.published = text!;
    clock.pass(600_000);
    await asDue();
    assert.ok(knows('k1') && !knows('k2'), why);
    assert.equal(told.at(-1), `keys_unavailable: ${why}`);
    server.published = jwksOf(first);
    clock.pass(600_000);
    await asDue();
  }
});

test('a set without a key that can be used takes back those that were known, until there are some again', async (t) => {
  const { server, clock, keys, knows, told } = await scene(t);
  await keys.again();
  for (const text of ['{"keys":[]}', JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'k1' }] })]) {
    server.published = text;
    clock.pass(600_000);
    keys.current();
    await keys.again();
    assert.equal(keys.current(), undefined, text);
    assert.ok(keys.isFailing);
    assert.equal(told.at(-1), 'keys_unavailable: holds no public key for ES256, RS256');
    server.published = jwksOf(first);
    clock.pass(600_000);
    keys.current();
    await keys.again();
    assert.ok(knows('k1'));
  }
});

test('a redirect is followed nowhere', async (t) => {
  const { server, keys, told } = await scene(t);
  server.answering = (response, { path }) =>
    path === '/jwks' ? response.writeHead(302, { Location: '/elsewhere' }).end() : response.end(jwksOf(first));
  await keys.again();
  assert.equal(keys.current(), undefined);
  assert.equal(server.asked.length, 1);
  assert.deepEqual(told, ['keys_unavailable: redirects (HTTP 302)']);
});

test('keys are not fetched where anybody could replace them', async (t) => {
  const { keys, told } = await scene(t, {}, 'http://192.0.2.1/jwks');
  await keys.again();
  assert.deepEqual(told, ['keys_unavailable: could be read on the way: it needs https']);
});

test('an answer that is cut short is none', async (t) => {
  const { server, keys, told } = await scene(t);
  server.answering = (response) => {
    response.writeHead(200, { 'Content-Length': 10_000 });
    response.write(jwksOf(first), () => response.destroy());
  };
  await keys.again();
  assert.equal(keys.current(), undefined);
  assert.deepEqual(told, ['keys_unavailable: did not answer to the end']);
});

test('after the clock has jumped keys are due, for nobody knows how long it was', async (t) => {
  const { server, clock, keys, watch, knows, told } = await scene(t);
  await keys.again();
  server.published = jwksOf(second);
  clock.jump(61_000);
  assert.ok(watch.look());
  assert.ok(knows('k1'));
  await keys.again();
  assert.ok(knows('k2'));
  assert.equal(server.asked.length, 2);
  assert.ok(told.includes('clock_jumped'));
});
