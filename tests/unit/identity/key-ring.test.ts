import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { KeyRing } from '../../../lib/identity/key-ring.ts';
import type { Presented } from '../../../lib/identity/presented.ts';
import { FakeClock } from '../../support/clock.ts';

function presenting(text: string): Presented {
  return { credential: { scheme: 'bearer', text }, proofs: [], target: undefined, certificate: undefined };
}

test('a key is valid for whom it stands until it expires, and several may stand for one', () => {
  const clock = new FakeClock();
  // SHA-256 of "a" and of "b".
  const a = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
  const b = '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d';
  const none = { label: undefined, permissions: undefined, tenant: undefined, notBeforeMs: undefined };
  const common = { ...none, salt: '', roles: ['r'], expiresMs: undefined };
  const ring = new KeyRing(
    [
      { ...common, hash: a, clientId: 'one', expiresMs: clock.now() + 1000 },
      { ...common, hash: b, clientId: 'one' },
    ],
    clock,
  );
  const proven = ring.prove(presenting('a'))!;
  assert.deepEqual(proven.identity, {
    subject: 'one',
    clientId: 'one',
    roles: ['r'],
    permissions: undefined,
    tenant: undefined,
    proof: 'api-key',
  });
  assert.equal(ring.prove(presenting('c')), undefined);
  assert.ok(ring.honours(proven));
  clock.pass(1000);
  assert.equal(ring.prove(presenting('a')), undefined);
  assert.ok(!ring.honours(proven));
  assert.ok(ring.honours(ring.prove(presenting('b'))!));
  const changed = new KeyRing([{ ...common, hash: b, clientId: 'one', roles: [] }], clock);
  assert.ok(!changed.honours(ring.prove(presenting('b'))!), 'with other rights it is another one');
});

test('what is longer than any key is refused before it is hashed', () => {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const rest = { label: undefined, permissions: undefined, tenant: undefined, notBeforeMs: undefined };
  const common = { ...rest, salt: '', roles: [], expiresMs: undefined, clientId: 'one' };
  const [longest, longer] = ['k'.repeat(1024), 'k'.repeat(1025)];
  const keys = [longest, longer].map((key) => ({ ...common, hash: digest(key) }));
  const ring = new KeyRing(keys, new FakeClock());
  assert.ok(ring.prove(presenting(longest)) !== undefined);
  assert.equal(ring.prove(presenting(longer)), undefined);
});
