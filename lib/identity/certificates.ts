import type { CertificateRule } from '../model/auth-config.ts';
import type { Clock } from '../model/clock.ts';
import type { Identity } from '../model/principal.ts';
import type { ClientCertificate } from './certificate.ts';
import type { Presented } from './presented.ts';
import { type Outcome, type Proven, type Prover, sameIdentity, type Unproven } from './proven.ts';

/** Proves clients by the certificate they showed in TLS. A credential goes before it: then it only binds. */
export class Certificates implements Prover {
  readonly #rules: readonly CertificateRule[];
  readonly #clock: Clock;

  /** The first rule that names a certificate counts. */
  constructor(rules: readonly CertificateRule[], clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  prove({ credential, isUnclear, certificate, mistrusted }: Presented): Outcome | undefined {
    if (credential !== undefined || isUnclear === true) return undefined;
    if (certificate === undefined) return mistrusted === undefined ? undefined : wrong(`not believed: ${mistrusted}`);
    const now = this.#clock.now();
    // Asked this way round, a time that cannot be read is never within.
    if (!(now >= certificate.notBeforeMs)) return wrong('not valid yet');
    if (!(now < certificate.expiresMs)) return wrong('expired');
    const rule = this.#rules.find(({ by }) => means(by, certificate));
    return rule === undefined ? wrong('it stands for nobody') : provenBy(rule, certificate);
  }

  /** Whether a rule still says of it what it said then. */
  honours({ credential, identity }: Proven): boolean {
    const { issuer } = identity;
    return this.#rules.some(
      (rule) => credential.startsWith(`${nameOf(rule)} `) && sameIdentity(identityOf(rule, issuer ?? ''), identity),
    );
  }
}

/**
 * Whether a rule means this certificate. Its common name says nothing (RFC 9525, 2), a name with a star stands for nobody in
 * particular, and a SPIFFE id is one only when it is the only URI (SPIFFE X.509-SVID, 2).
 */
function means(by: CertificateRule['by'], { fingerprint, uris, names }: ClientCertificate): boolean {
  if (by.kind === 'fingerprint') return by.hex === fingerprint;
  if (by.kind === 'spiffe') return uris.length === 1 && uris[0] === by.id;
  return !by.name.includes('*') && names.some((name) => name.toLowerCase() === by.name);
}

function provenBy(rule: CertificateRule, { fingerprint, issuer, expiresMs }: ClientCertificate): Proven {
  return { identity: identityOf(rule, issuer), credential: `${nameOf(rule)} ${fingerprint}`, expiresMs };
}

function identityOf({ clientId, roles, permissions, tenant }: CertificateRule, issuer: string): Identity {
  return { subject: clientId, clientId, roles, permissions, tenant, proof: 'certificate', issuer };
}

function nameOf({ by }: CertificateRule): string {
  return `certificate ${by.kind}:${by.kind === 'spiffe' ? by.id : by.kind === 'san' ? by.name : by.hex}`;
}

function wrong(reason: string): Unproven {
  return { code: 'SP2010', reason: `certificate: ${reason}`, challenge: 'missing' };
}
