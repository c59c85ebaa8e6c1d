import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientAuthority, type ClientIdentity } from '../../support/http/client-certificates.ts';
import { LIST, ServedProofs } from '../../support/identity/served-proofs.ts';

test('a token that is bound to a certificate opens on connections with that certificate alone', async (t) => {
  const scene = await ServedProofs.open(t);
  const own = scene.authority.issue({ commonName: 'own' });
  const other = scene.authority.issue({ commonName: 'other' });
  const foreign = new ClientAuthority('foreign').issue({});
  const boundTo = ({ fingerprint }: ClientIdentity) => ({
    'x5t#S256': Buffer.from(fingerprint, 'hex').toString('base64url'),
  });
  const token = scene.token('ann', boundTo(own));
  const bearer = { Authorization: `Bearer ${token}` };
  assert.equal((await scene.ask(bearer, LIST, own)).status, 200);
  for (const client of [undefined, other, foreign]) assert.equal((await scene.ask(bearer, LIST, client)).status, 401);
  const ofForeign = { Authorization: `Bearer ${scene.token('ann', boundTo(foreign))}` };
  assert.equal((await scene.ask(ofForeign, LIST, foreign)).status, 401, 'a certificate nobody believes binds nothing');
  assert.equal((await scene.ask({}, LIST, own)).status, 401, 'without rules a certificate says of nobody who it is');
  const codes = scene.served.records.filter(({ code }) => code === 'SP2010');
  assert.equal(codes.length, 4);
});
