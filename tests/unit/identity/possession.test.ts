import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientCertificate } from '../../../lib/identity/certificate.ts';
import type { Presented } from '../../../lib/identity/presented.ts';
import type { Proven } from '../../../lib/identity/proven.ts';
import { BoundScene, shown, TOKEN } from '../../support/identity/bound-scene.ts';

const RULES = { dpopNonce: false, dpopWindowMs: 300_000 };
const bearer: Partial<Presented> = { credential: { scheme: 'bearer', text: TOKEN } };

function certificateOf({ clock }: BoundScene, fingerprint = 'a'.repeat(64)): ClientCertificate {
  const now = clock.now();
  return { fingerprint, uris: [], names: [], issuer: 'CN=ca', notBeforeMs: now - 1000, expiresMs: now + 60_000 };
}

function asUnbound({ proven: { boundTo: _, ...proven } }: BoundScene): Proven {
  return proven;
}

test('a token that is bound to nothing opens as a bearer token, and never under the scheme DPoP', () => {
  const scene = new BoundScene();
  scene.proven = asUnbound(scene);
  assert.equal(shown(scene.ask(scene.presented([], bearer))), 'ok');
  assert.match(shown(scene.ask(scene.presented([scene.proof()]))), /^SP2009 invalid_token: .*bound to no key/);
});

test('where DPoP is required, tokens without a key are refused, and what they had opened is closed', () => {
  const scene = new BoundScene();
  const unbound = asUnbound(scene);
  const bound = scene.proven;
  scene.proven = unbound;
  assert.ok(scene.authority.honours(unbound));
  scene.possession.use({ ...RULES, dpop: 'required' });
  assert.match(shown(scene.ask(scene.presented([], bearer))), /^SP2009 invalid_token: .*bound to no key/);
  assert.ok(!scene.authority.honours(unbound));
  assert.ok(scene.authority.honours(bound));
  const introspected: Proven = { ...unbound, identity: { ...unbound.identity, proof: 'introspection' } };
  assert.ok(!scene.authority.honours(introspected));
  scene.proven = { ...unbound, boundTo: { certificate: 'a'.repeat(64) } };
  const shownIt = scene.presented([], { ...bearer, certificate: certificateOf(scene) });
  assert.match(shown(scene.ask(shownIt)), /bound to no key/, 'a certificate is no key of DPoP');
});

test('where DPoP is required, keys and certificates, which are no tokens, open as before', () => {
  const scene = new BoundScene();
  scene.possession.use({ ...RULES, dpop: 'required' });
  for (const proof of ['api-key', 'certificate'] as const) {
    scene.proven = { ...asUnbound(scene), identity: { ...scene.proven.identity, proof } };
    assert.equal(shown(scene.ask(scene.presented([], bearer))), 'ok');
  }
});

test('where DPoP is off, a token that is bound to a key opens nothing at all', () => {
  const scene = new BoundScene();
  scene.possession.use({ ...RULES, dpop: 'off' });
  assert.match(shown(scene.ask(scene.presented([scene.proof()]))), /^SP2009/);
  assert.match(shown(scene.ask(scene.presented([], bearer))), /^SP2009/);
});

test('a token that is bound to a certificate opens with it alone', () => {
  const scene = new BoundScene();
  scene.proven = { ...scene.proven, boundTo: { certificate: 'a'.repeat(64) } };
  const withIt = (certificate: ClientCertificate | undefined) =>
    shown(scene.ask(scene.presented([], { ...bearer, certificate })));
  assert.equal(withIt(certificateOf(scene)), 'ok');
  assert.match(withIt(undefined), /^SP2010 invalid_token: .*without one/);
  assert.match(withIt(certificateOf(scene, 'b'.repeat(64))), /^SP2010 invalid_token: .*another certificate/);
  const own = certificateOf(scene);
  assert.match(withIt({ ...own, notBeforeMs: scene.clock.now() + 1 }), /not valid now/);
  scene.clock.pass(60_000);
  assert.match(withIt(own), /not valid now/);
});

test('what a token with a certificate has opened lasts no longer than the certificate', () => {
  const scene = new BoundScene();
  scene.proven = { ...scene.proven, boundTo: { certificate: 'a'.repeat(64) } };
  const outcome = scene.ask(scene.presented([], { ...bearer, certificate: certificateOf(scene) })) as Proven;
  assert.ok(scene.authority.honours(outcome));
  scene.clock.pass(60_000);
  assert.ok(!scene.authority.honours(outcome));
});

test('a token that is bound to both needs both', () => {
  const scene = new BoundScene();
  scene.proven = { ...scene.proven, boundTo: { jkt: scene.holder.jkt, certificate: 'a'.repeat(64) } };
  const certificate = certificateOf(scene);
  assert.match(shown(scene.ask(scene.presented([scene.proof()]))), /without one/);
  assert.match(shown(scene.ask(scene.presented([], { certificate }))), /no proof/);
  assert.equal(shown(scene.ask(scene.presented([scene.proof()], { certificate }))), 'ok');
});

test('what a client on standard input presents is bound to nothing it could prove there', () => {
  const scene = new BoundScene();
  const environment: Partial<Presented> = { credential: { scheme: 'environment', text: TOKEN }, target: undefined };
  assert.match(shown(scene.ask(scene.presented([], environment))), /^SP2009/);
  scene.proven = asUnbound(scene);
  assert.equal(shown(scene.ask(scene.presented([], environment))), 'ok');
});

test('a prover that answers later is held to the same', async () => {
  const scene = new BoundScene();
  const now = scene.prove.bind(scene);
  scene.prove = ((presented: Presented) => Promise.resolve(now(presented))) as never;
  const good = await scene.authority.prove(scene.presented([scene.proof()]));
  assert.equal(shown(good), 'ok');
  assert.match(shown(await scene.authority.prove(scene.presented([], bearer))), /^SP2009/);
});
