import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Authority } from '../../../backends/credentials/authority.ts';

test('a certificate is used again, and no number of hosts has more of them kept than a few hundred', () => {
  const authority = new Authority();
  const first = authority.contextFor('h0.api.test');
  assert.equal(authority.contextFor('h0.api.test'), first);
  for (let i = 1; i <= 256; i++) authority.contextFor(`h${i}.api.test`);
  assert.notEqual(authority.contextFor('h0.api.test'), first);
  assert.equal(authority.contextFor('h256.api.test'), authority.contextFor('h256.api.test'));
});
