import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calculateJwkThumbprint, decodeProtectedHeader, type JWK } from 'jose';
import { readProof } from '../../../lib/identity/dpop/proof.ts';
import { ProofVerifier } from '../../../lib/identity/dpop/proof-verifier.ts';
import { DpopSigner } from '../../../lib/issuing/dpop-signer.ts';
import { systemClock } from '../../../lib/model/clock.ts';

const URL_OF = new URL('https://mcp.example.com/mcp?session=1#part');
const RULES = { windowMs: 60_000, nonce: false };

function presented(proof: string, method = 'POST', url = 'https://mcp.example.com/mcp') {
  return { credential: undefined, proofs: [proof], target: { method, url }, certificate: undefined };
}

test('a proof is believed by a strict verifier, for its method, its URL and its token alone', () => {
  const signer = new DpopSigner(systemClock);
  const make = () => presented(signer.proof({ method: 'POST', url: URL_OF, token: 'a-token' }));
  const verifier = new ProofVerifier(systemClock);
  assert.equal(verifier.refusal(make(), 'a-token', signer.jkt, RULES), undefined);
  assert.match(verifier.refusal(make(), 'another', signer.jkt, RULES)!.reason, /another token/);
  const elsewhere = { ...make(), target: { method: 'POST', url: 'https://mcp.example.com/other' } };
  assert.match(verifier.refusal(elsewhere, 'a-token', signer.jkt, RULES)!.reason, /another URL/);
  assert.match(verifier.refusal(make(), 'a-token', new DpopSigner(systemClock).jkt, RULES)!.reason, /another key/);
});

test('no two proofs are the same, and none has the private key', async () => {
  const signer = new DpopSigner(systemClock);
  const proofs = [1, 2].map(() => signer.proof({ method: 'GET', url: URL_OF, token: undefined }));
  const [one, other] = proofs.map((proof) => readProof([proof]));
  assert.ok(typeof one === 'object' && typeof other === 'object');
  assert.notEqual(one.jti, other.jti);
  assert.equal(one.ath, undefined);
  const { jwk } = decodeProtectedHeader(proofs[0]!);
  assert.deepEqual(Object.keys(jwk!).sort(), ['crv', 'kty', 'x', 'y']);
  assert.equal(await calculateJwkThumbprint(jwk as JWK), signer.jkt);
});

test('a nonce goes back to the server that gave it, and to no other', () => {
  const signer = new DpopSigner(systemClock);
  const nonceTo = (url: URL) => {
    const read = readProof([signer.proof({ method: 'POST', url, token: 'a' })]);
    assert.ok(typeof read === 'object');
    return read.nonce;
  };
  assert.equal(signer.learn(URL_OF, 'n-1'), true);
  assert.equal(signer.learn(URL_OF, 'n-1'), false, 'the same nonce again is no news');
  assert.equal(nonceTo(URL_OF), 'n-1');
  assert.equal(nonceTo(new URL('https://other.example.com/')), undefined);
  for (const wrong of [undefined, '', 'a b', 'a"b', 'a\nb', 'x'.repeat(257)])
    assert.equal(signer.learn(URL_OF, wrong), false);
  assert.equal(nonceTo(URL_OF), 'n-1');
});
