import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { type TestContext, test } from 'node:test';
import { KeyRing } from '../../../lib/identity/key-ring.ts';
import type { ApiKey } from '../../../lib/model/auth-config.ts';
import { FakeClock } from '../../support/clock.ts';

const SALTS = ['', 'salt-one', 'salt-two'];

function keyOf(text: string, salt: string, more: Partial<ApiKey> = {}): ApiKey {
  const hash = crypto.createHash('sha256').update(salt).update(text).digest('hex');
  const none = { label: undefined, permissions: undefined, tenant: undefined, notBeforeMs: undefined };
  return { ...none, hash, salt, clientId: text, roles: [], expiresMs: undefined, ...more };
}

/** How often `work` hashes and compares. */
function counted(t: TestContext, work: () => void): number[] {
  const mocks = [t.mock.method(crypto, 'createHash'), t.mock.method(crypto, 'timingSafeEqual')];
  syncBuiltinESMExports();
  try {
    work();
    return mocks.map(({ mock }) => mock.callCount());
  } finally {
    for (const { mock } of mocks) mock.restore();
    syncBuiltinESMExports();
  }
}

test('a key that is unknown, one that is nearly right, one that has expired and one that is right cost the same work', (t) => {
  const clock = new FakeClock();
  const keys = SALTS.map((salt, index) => keyOf(`key-${index}`, salt));
  const ring = new KeyRing([...keys, keyOf('expired', 'salt-one', { expiresMs: clock.now() - 1 })], clock);
  const work = ['unknown', 'key-0x', 'key-', '', 'expired', 'key-0', 'key-2'].map((text) =>
    counted(t, () => {
      const credential = { scheme: 'bearer', text } as const;
      ring.prove({ credential, proofs: [], target: undefined, certificate: undefined });
    }),
  );
  for (const one of work) assert.deepEqual(one, [3, 4], 'each salt hashed once, each key compared once');
});
