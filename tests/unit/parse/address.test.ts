import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressFacts, inNetwork } from '../../../lib/parse/address.ts';

test('an address is told by its range, in one spelling', () => {
  for (const [text, wanted, range, standing] of [
    ['1.1.1.1', '1.1.1.1', 'unicast', 'public'],
    ['2606:4700:0:0::1111', '2606:4700::1111', 'unicast', 'public'],
    ['::ffff:1.1.1.1', '1.1.1.1', 'unicast', 'public'],
    ['127.9.9.9', '127.9.9.9', 'loopback', 'loopback'],
    ['::', '::', 'unspecified', 'loopback'],
    ['0.1.2.3', '0.1.2.3', 'unspecified', 'loopback'],
    ['192.168.0.1', '192.168.0.1', 'private', 'private'],
    ['203.0.113.9', '203.0.113.9', 'reserved', 'private'],
    ['4000::1', '4000::1', 'reserved', 'private'],
    ['FE80::1%eth0', 'fe80::1', 'linkLocal', 'never'],
    ['100.100.100.200', '100.100.100.200', 'metadata', 'never'],
    ['fd00:ec2::23', 'fd00:ec2::23', 'metadata', 'never'],
    ['2002:a9fe:a9fe::', '2002:a9fe:a9fe::', '6to4', 'never'],
    ['2001:0:4136:e378:8000:63bf:5601:5601', '2001:0:4136:e378:8000:63bf:5601:5601', 'teredo', 'never'],
  ] as const) {
    const facts = addressFacts(text);
    assert.deepEqual([facts?.text, facts?.range, facts?.standing], [wanted, range, standing], text);
  }
});

test('an IPv6 address a network translates names the host behind it', () => {
  assert.equal(addressFacts('64:ff9b::8.8.8.8')?.translated?.text, '8.8.8.8');
  assert.equal(addressFacts('64:ff9b::8.8.8.8')?.standing, 'private');
  assert.equal(addressFacts('::ffff:0:8.8.8.8')?.translated?.standing, 'public');
  assert.equal(addressFacts('2002:808:808::')?.translated, undefined);
});

test('a text in any other form is no address', () => {
  for (const text of ['', 'localhost', '127.1', '0x7f.0.0.1', '010.0.0.1', '1.2.3.4.5', '256.0.0.1', '[::1]', ':::']) {
    assert.equal(addressFacts(text), undefined, text);
  }
});

test('a network holds its own addresses and none of another family', () => {
  const isIn = inNetwork('10.0.0.0/8')!;
  assert.deepEqual(['10.255.0.1', '::ffff:10.0.0.1', '11.0.0.1', 'fd00::1'].map(isIn), [true, true, false, false]);
  for (const text of ['10.0.0.0', '10.0.0.0/33', 'host/8', '']) assert.equal(inNetwork(text), undefined, text);
});
