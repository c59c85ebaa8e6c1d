import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { Attempts } from '../../../lib/http/attempts.ts';
import { TrustedProxies } from '../../../lib/http/client-address.ts';
import { accepts, carriesJson, headerLines } from '../../../lib/http/headers.ts';
import { KeyRing } from '../../../lib/http/keys.ts';
import { FakeClock } from '../../support/clock.ts';

function requestWith(headers: Readonly<Record<string, string>>, remoteAddress = '127.0.0.1'): IncomingMessage {
  const rawHeaders = Object.entries(headers).flat();
  return { headers, rawHeaders, socket: { remoteAddress } } as never;
}

test('the lines of a header are found whatever the case of its name, in their order', () => {
  const rawHeaders = ['X-A', '1', 'x-a', '2', 'X-AB', '3', 'X-A', ''];
  assert.deepEqual(headerLines({ rawHeaders } as never, 'x-a'), ['1', '2', '']);
  assert.deepEqual(headerLines({ rawHeaders } as never, 'x'), []);
});

test('the most specific range of an Accept header decides', () => {
  const wanted: [string | undefined, boolean][] = [
    [undefined, true],
    ['*/*', true],
    ['application/*', true],
    ['Application/JSON;q=0.1', true],
    ['text/html, application/json', true],
    ['application/json;q=0', false],
    ['application/json; q=0.000, */*', false],
    ['application/*;q=0, */*', false],
    ['text/*', false],
    ['application/jsonx', false],
    ['', false],
  ];
  for (const [accept, yes] of wanted) {
    const request = { headers: accept === undefined ? {} : { accept } } as never;
    assert.equal(accepts(request, 'application/json'), yes, accept);
  }
});

test('only plain JSON in UTF-8 is taken for JSON', () => {
  const json = (type: string, encoding?: string) => {
    return carriesJson(requestWith({ 'content-type': type, ...(encoding && { 'content-encoding': encoding }) }));
  };
  for (const type of ['application/json', 'APPLICATION/JSON; charset=utf-8', 'application/json;']) {
    assert.ok(json(type), type);
  }
  for (const type of ['application/json; charset=latin1', 'application/jsonp', 'text/json', 'application/json; x=y']) {
    assert.ok(!json(type), type);
  }
  assert.ok(json('application/json', 'identity') && !json('application/json', 'br'));
});

test('the client behind trusted proxies is the last address that is none of theirs', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);
  const of = (remote: string, forwarded?: string) =>
    proxies.clientOf(requestWith(forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded }, remote));
  assert.equal(of('203.0.113.1', '198.51.100.1'), '203.0.113.1', 'nobody may say so of themselves');
  assert.equal(of('::ffff:10.0.0.1', '198.51.100.1'), '198.51.100.1');
  assert.equal(of('10.0.0.1', '1.1.1.1, 198.51.100.1, 192.0.2.1, fd00::7'), '198.51.100.1');
  assert.equal(of('fd12::1', 'unknown, 10.9.9.9'), '10.9.9.9');
  assert.equal(of('10.0.0.1', 'nonsense'), '10.0.0.1');
  assert.equal(of('10.0.0.1'), '10.0.0.1');
  assert.equal(of('10.0.0.1', '2001:db8::1'), '2001:db8::1');
});

test('a key is valid for whom it stands until it expires, and several may stand for one', () => {
  const clock = new FakeClock();
  // SHA-256 of "a" and of "b".
  const a = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
  const b = '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d';
  const common = { roles: ['r'], permissions: undefined, tenant: undefined, expiresMs: undefined };
  const ring = new KeyRing(
    [
      { ...common, hash: a, clientId: 'one', permissions: undefined, tenant: undefined, expiresMs: clock.now() + 1000 },
      { ...common, hash: b, clientId: 'one' },
    ],
    clock,
  );
  const holder = ring.find('a')!;
  assert.deepEqual(holder.identity, {
    subject: 'one',
    clientId: 'one',
    roles: ['r'],
    permissions: undefined,
    tenant: undefined,
    proof: 'api-key',
  });
  assert.equal(ring.find('c'), undefined);
  assert.ok(ring.honours(holder));
  clock.pass(1000);
  assert.equal(ring.find('a'), undefined);
  assert.ok(!ring.honours(holder));
  assert.ok(ring.honours(ring.find('b')!));
  const changed = new KeyRing([{ ...common, hash: b, clientId: 'one', roles: [] }], clock);
  assert.ok(!changed.honours(ring.find('b')!), 'with other rights it is another one');
});

test('failures are counted for each address, and addresses are forgotten before they fill the memory', () => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock);
  const many = Array.from({ length: 12 }, () => attempts.failed('a'));
  assert.deepEqual(many, [...Array(10).fill(true), false, false]);
  assert.ok(attempts.failed('b'));
  clock.pass(5000);
  assert.deepEqual([attempts.failed('a'), attempts.failed('a')], [true, false]);
  for (let i = 0; i < 12_000; i++) attempts.failed(`address ${i}`);
  assert.equal(attempts.size, 10_000);
});
