import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressRefused, guardedLookup } from '../../../../backends/http/addresses.ts';
import type { RemoteConfig } from '../../../../lib/model/config.ts';
import { HttpScene } from '../../../support/http/http-scene.ts';
import { RawHttp } from '../../../support/http/raw-http.ts';

/** What a name that leads to `addresses` is connected to: the addresses, or why not. */
function reached(addresses: readonly string[], { url = 'https://far.example/', allowPrivate = false } = {}): unknown {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const lookup = guardedLookup({ url, allowPrivate } as RemoteConfig, (_name, _options, then) => then(null, found));
  let answer: unknown;
  lookup(new URL(url).hostname, { all: true }, (error, to) => {
    answer = error ?? to;
  });
  return answer;
}

function isRefused(address: string, options = {}): boolean {
  return reached([address], options) instanceof AddressRefused;
}

const PRIVATE = ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fc00::1', 'fd12::1'];
const OURS = ['127.0.0.1', '127.255.255.254', '0.0.0.0', '::1', '::'];
const NEVER = ['169.254.169.254', '169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', '100.100.100.200'];
const ODD = [
  '224.0.0.1',
  '255.255.255.255',
  '192.0.0.192',
  '198.18.0.1',
  '240.0.0.1',
  'ff02::1',
  '2002:a00:1::',
  '3fff::1',
  '5f00::1',
  '192.88.99.1',
];

test('a name may lead only to public addresses, however they are written', () => {
  for (const address of [
    '1.1.1.1',
    '172.32.0.1',
    '11.0.0.1',
    '2606:4700::1111',
    '64:ff9b::101:101',
    '::ffff:1.1.1.1',
  ]) {
    assert.equal(isRefused(address), false, address);
  }
  for (const address of [...PRIVATE, ...OURS, ...NEVER, ...ODD]) assert.equal(isRefused(address), true, address);
  for (const mapped of [
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::10.0.0.1',
    '::ffff:0:10.0.0.1',
    '::ffff:0:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::',
  ]) {
    assert.equal(isRefused(mapped), true, mapped);
  }
});

test('one forbidden address among good ones is enough', () => {
  assert.ok(reached(['1.1.1.1', '10.0.0.1']) instanceof AddressRefused);
});

test('`allow_private` opens private networks, never the addresses clouds keep credentials at', () => {
  for (const address of [...PRIVATE, '127.0.0.1', '::1']) {
    assert.equal(isRefused(address, { allowPrivate: true }), false, address);
  }
  for (const address of NEVER) assert.equal(isRefused(address, { allowPrivate: true }), true, address);
});

test('`localhost` is this machine, and nothing else', () => {
  const url = 'http://localhost/';
  for (const address of ['127.0.0.1', '::1']) assert.equal(isRefused(address, { url }), false, address);
  for (const address of ['10.0.0.1', '1.1.1.1', '169.254.169.254']) {
    assert.equal(isRefused(address, { url, allowPrivate: true }), true, address);
  }
});

test('the socket goes to the address that was checked, and a name that has changed its mind is refused', async (t) => {
  const far = new RawHttp(t);
  far.legacy();
  await far.listen();
  const answers = [[{ address: '127.0.0.1', family: 4 }], [{ address: '169.254.169.254', family: 4 }]];
  let asked = 0;
  const scene = new HttpScene(t, `http://far.example:${far.port}/mcp`, {
    allowInsecure: true,
    allowPrivate: true,
    resolve: (_name, _options, then) => then(null, answers[asked++]!),
  });
  await scene.open();
  assert.equal(asked, 2, 'the second is for the connection of what is no request');
  await scene.when(() => scene.logged.some(({ event }) => event === 'message_not_taken'));
  assert.match(scene.logged.at(-1)!.fields.why, /leads to an address that is not public/);
  assert.equal(far.received.length, 1);
  assert.equal(far.received[0]!.headers.host, `far.example:${far.port}`);
  const other = new HttpScene(t, `http://far.example:${far.port}/mcp`, {
    allowInsecure: true,
    resolve: (_name, _options, then) => then(null, answers[0]!),
  });
  other.server.demand();
  other.request(1, 'initialize', {});
  const outage = await other.outage();
  assert.deepEqual([outage.code, outage.text], ['SP5013', 'far leads to an address that is not public']);
  assert.match(outage.hint ?? '', /far\.example leads to 127\.0\.0\.1/);
});
