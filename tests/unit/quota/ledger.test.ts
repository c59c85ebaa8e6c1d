import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../../lib/quota/ledger.ts';

const HOUR = 3_600_000;

test('what is settled replaces what was reserved, and a limit is what may be used, not more', () => {
  const ledger = new Ledger();
  assert.equal(ledger.reserve('a', 'k', HOUR, 0, 6, 10), true);
  assert.equal(ledger.reserve('b', 'k', HOUR, 0, 5, 10), false);
  assert.equal(ledger.reserve('b', 'k', HOUR, 0, 4, 10), true);
  ledger.settle('a', 'k', HOUR, 0, 6, 1);
  assert.deepEqual(ledger.look('k', HOUR, 0), { used: 5, resetsAtMs: HOUR });
  assert.equal(ledger.reserve('c', 'k', HOUR, 0, 5, 10), true);
});

test('of a reservation whose period is over only what was used beyond it counts anew', () => {
  const ledger = new Ledger();
  ledger.reserve('a', 'k', HOUR, 0, 6, 10);
  ledger.settle('a', 'k', HOUR, 1, 6, 9);
  assert.deepEqual(ledger.look('k', HOUR, 1), { used: 3, resetsAtMs: 2 * HOUR });
  ledger.reserve('b', 'k', HOUR, 1, 4, 10);
  ledger.settle('b', 'k', HOUR, 2, 4, 1);
  assert.equal(ledger.look('k', HOUR, 2).used, 0);
});

test('a period never goes back, whatever the clock does', () => {
  const ledger = new Ledger();
  ledger.reserve('a', 'k', HOUR, 5, 6, 10);
  assert.equal(ledger.reserve('b', 'k', HOUR, 4, 5, 10), false);
  assert.deepEqual(ledger.look('k', HOUR, 4), { used: 6, resetsAtMs: 6 * HOUR });
  assert.deepEqual(ledger.look('k', HOUR, 6), { used: 0, resetsAtMs: 7 * HOUR });
});

test('an account whose length of period is changed starts anew', () => {
  const ledger = new Ledger();
  ledger.reserve('a', 'k', HOUR, 0, 10, 10);
  assert.equal(ledger.reserve('b', 'k', 2 * HOUR, 0, 10, 10), true);
});

test('what is written and loaded again goes on, and a call nobody knows any more counts as used', () => {
  const ledger = new Ledger();
  ledger.reserve('alive', 'a key', HOUR, 3, 4, 10);
  ledger.reserve('gone', 'a key', HOUR, 3, 5, 10);
  const lines = ledger.lines((id) => id === 'alive');
  assert.deepEqual(lines, [['a key', HOUR, 3, 9, [['alive', 4]]]]);
  const other = new Ledger();
  other.reserve('x', 'before', HOUR, 3, 1, 10);
  other.load(lines);
  assert.equal(other.look('before', HOUR, 3).used, 0);
  other.settle('alive', 'a key', HOUR, 3, 4, 0);
  other.settle('gone', 'a key', HOUR, 3, 5, 0);
  assert.equal(other.look('a key', HOUR, 3).used, 5);
});

test('once there are many accounts, those whose period is over make room, and the others stay', () => {
  const ledger = new Ledger();
  for (let i = 0; i < 4095; i++) ledger.reserve('a', `old ${i}`, HOUR, 0, 1, 10);
  ledger.reserve('a', 'long', 24 * HOUR, 0, 1, 10);
  ledger.reserve('a', 'new', HOUR, 1, 1, 10);
  assert.equal(ledger.lines(() => true).length, 2);
  assert.equal(ledger.look('long', 24 * HOUR, 0).used, 1);
});

test('accounts that cannot be kept are not granted, and settling them changes nothing', () => {
  const ledger = new Ledger();
  for (let i = 0; i < 65_536; i++) assert.ok(ledger.reserve('a', `${i}`, HOUR, 0, 1, 10));
  assert.equal(ledger.reserve('a', 'one more', HOUR, 0, 1, Infinity), false);
  ledger.settle('a', 'one more', HOUR, 0, 1, 1);
  assert.equal(ledger.look('one more', HOUR, 0).used, 0);
  assert.equal(ledger.reserve('b', '7', HOUR, 0, 1, 10), true);
});
