import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientCertificate } from '../../../lib/identity/certificate.ts';
import { Certificates } from '../../../lib/identity/certificates.ts';
import type { Presented } from '../../../lib/identity/presented.ts';
import type { Proven } from '../../../lib/identity/proven.ts';
import type { CertificateRule } from '../../../lib/model/auth-config.ts';
import { FakeClock } from '../../support/clock.ts';
import { shown } from '../../support/identity/bound-scene.ts';

const clock = new FakeClock();
const rights = { roles: ['r'], permissions: undefined, tenant: 'acme' };
const SPIFFE: CertificateRule = { by: { kind: 'spiffe', id: 'spiffe://acme/agent' }, clientId: 'agent', ...rights };
const SAN: CertificateRule = { by: { kind: 'san', name: 'bot.acme.example' }, clientId: 'bot', ...rights };
const MAIL: CertificateRule = { by: { kind: 'san', name: 'ann@acme.example' }, clientId: 'ann', ...rights };
const PRINT: CertificateRule = { by: { kind: 'fingerprint', hex: 'f'.repeat(64) }, clientId: 'print', ...rights };
const STAR: CertificateRule = { by: { kind: 'san', name: '*.star.example' }, clientId: 'star', ...rights };

function showing(more: Partial<ClientCertificate>, rest: Partial<Presented> = {}): Presented {
  const times = { notBeforeMs: clock.now() - 1000, expiresMs: clock.now() + 1000 };
  const certificate = { fingerprint: 'a'.repeat(64), uris: [], names: [], issuer: 'CN=ca', ...times, ...more };
  return { credential: undefined, proofs: [], target: undefined, certificate, ...rest };
}

function whoIs(presented: Presented, rules = [SPIFFE, SAN, MAIL, PRINT, STAR]): string | undefined {
  const outcome = new Certificates(rules, clock).prove(presented);
  return outcome === undefined ? undefined : 'identity' in outcome ? outcome.identity.clientId : shown(outcome);
}

test('a certificate stands for whom the first rule says that names it', () => {
  assert.equal(whoIs(showing({ uris: ['spiffe://acme/agent'] })), 'agent');
  assert.equal(whoIs(showing({ names: ['other.example', 'BOT.acme.example'] })), 'bot');
  assert.equal(whoIs(showing({ names: ['Ann@acme.example'] })), 'ann');
  assert.equal(whoIs(showing({ fingerprint: 'f'.repeat(64) })), 'print');
  assert.equal(whoIs(showing({ fingerprint: 'f'.repeat(64), names: ['bot.acme.example'] })), 'bot');
});

const NOBODY: readonly [title: string, shows: Partial<ClientCertificate>][] = [
  ['with no name', {}],
  ['with two URIs, of which one is a SPIFFE id', { uris: ['spiffe://acme/agent', 'https://acme.example'] }],
  ['with a SPIFFE id that is longer', { uris: ['spiffe://acme/agent/x'] }],
  ['with a SPIFFE id in other letters', { uris: ['spiffe://acme/Agent'] }],
  ['with a SPIFFE id among the names', { names: ['spiffe://acme/agent'] }],
  ['with a name below', { names: ['x.bot.acme.example'] }],
  ['with a wildcard that would hold the name', { names: ['*.acme.example'] }],
  ['with a wildcard, even where a rule has the same', { names: ['*.star.example'] }],
  ['with a name below a wildcard of a rule', { names: ['x.star.example'] }],
  ['with a name among the URIs', { uris: ['bot.acme.example'] }],
];

for (const [title, shows] of NOBODY) {
  test(`a certificate ${title} stands for nobody`, () => {
    assert.match(whoIs(showing(shows))!, /^SP2010 missing: .*stands for nobody/);
  });
}

test('a certificate counts from its first moment to its last, judged at each request', () => {
  const names = ['bot.acme.example'];
  const now = clock.now();
  assert.match(whoIs(showing({ names, notBeforeMs: now + 1 }))!, /^SP2010 missing: .*not valid yet/);
  assert.match(whoIs(showing({ names, expiresMs: now }))!, /^SP2010 missing: .*expired/);
  assert.match(whoIs(showing({ names, expiresMs: Number.NaN }))!, /^SP2010/, 'a time nobody can read is none');
  assert.match(whoIs(showing({ names, notBeforeMs: Number.NaN }))!, /^SP2010/);
});

test('a certificate that TLS did not believe is refused, and where none was shown another way is asked', () => {
  const none = { certificate: undefined } as const;
  assert.match(whoIs(showing({}, { ...none, mistrusted: 'CERT_HAS_EXPIRED' }))!, /^SP2010 .*CERT_HAS_EXPIRED/);
  assert.equal(whoIs(showing({}, none)), undefined);
});

test('beside a credential, or something that could be one, a certificate says nothing of who asks', () => {
  const names = ['bot.acme.example'];
  assert.equal(whoIs(showing({ names }, { credential: { scheme: 'bearer', text: 'wrong' } })), undefined);
  assert.equal(whoIs(showing({ names }, { isUnclear: true })), undefined);
});

test('what a certificate opened stays open as long as a rule says the same of it', () => {
  const proven = new Certificates([SAN], clock).prove(showing({ names: ['bot.acme.example'] })) as Proven;
  const honours = (...rules: CertificateRule[]) => new Certificates(rules, clock).honours(proven);
  assert.ok(honours(PRINT, SAN));
  assert.ok(!honours());
  assert.ok(!honours({ ...SAN, roles: [] }), 'with other rights it is another one');
  assert.ok(!honours({ ...SAN, by: MAIL.by }), 'with another name it is another one');
  assert.equal(proven.identity.issuer, 'CN=ca');
});
