import type { ResourceServerConfig } from '../model/auth-config.ts';
import type { Clock } from '../model/clock.ts';
import { type ProofRules, ProofVerifier } from './dpop/proof-verifier.ts';
import type { Presented } from './presented.ts';
import type { Proven, Unproven } from './proven.ts';

/** What the config says of possession; without a section about it, tokens that name a key are held to it. */
type Rules = Pick<ResourceServerConfig, 'dpop' | 'dpopNonce' | 'dpopWindowMs'>;

const USUAL: Rules = { dpop: 'optional', dpopNonce: false, dpopWindowMs: 300_000 };

/**
 * Whether who presents a token also has what the token is bound to: a key (RFC 9449) or a certificate (RFC 8705). What is
 * bound counts only with it, each time, whatever the config says. It outlives configs, since a proof that was used must stay
 * used, and a nonce that was given must stay good.
 */
export class Possession {
  readonly #clock: Clock;
  readonly #verifier: ProofVerifier;
  #rules: Rules = USUAL;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#verifier = new ProofVerifier(clock);
  }

  /** Puts other rules in force. */
  use(rules: Rules | undefined): void {
    this.#rules = rules ?? USUAL;
  }

  /** The nonce clients are to put into all proofs; undefined while they need none. */
  get nonce(): string | undefined {
    return this.#rules.dpop !== 'off' && this.#verifier.wantsNonce(this.#ofProofs) ? this.#verifier.nonce : undefined;
  }

  /** The nonce for a proof that was refused for want of one, which others may do without. */
  get nonceWanted(): string {
    return this.#verifier.nonce;
  }

  /** Why somebody who was proven does not count with what was presented; undefined when nothing is missing. */
  refusal(proven: Proven, presented: Presented): Unproven | undefined {
    const { jkt, certificate } = proven.boundTo ?? {};
    if (jkt === undefined) {
      if (presented.credential?.scheme === 'dpop')
        return wrong('a token that is bound to no key, under the scheme DPoP');
      if (!this.honours(proven)) return wrong('a token that is bound to no key');
    }
    const without = certificate === undefined ? undefined : this.#withoutCertificate(certificate, presented);
    if (without !== undefined) return without;
    return jkt === undefined ? undefined : this.#withoutKey(jkt, presented);
  }

  /** Whether what was proven once may still go on; a proof belongs to one request, and is not asked for again while it runs. */
  honours({ identity, boundTo }: Proven): boolean {
    const isToken = identity.proof === 'jwt' || identity.proof === 'introspection';
    return !isToken || this.#rules.dpop !== 'required' || boundTo?.jkt !== undefined;
  }

  #withoutKey(jkt: string, presented: Presented): Unproven | undefined {
    const { credential } = presented;
    if (credential?.scheme !== 'dpop') return wrong('a token that is bound to a key, not under the scheme DPoP');
    if (this.#rules.dpop === 'off') return wrong('a token that is bound to a key, which is not asked for here');
    return this.#verifier.refusal(presented, credential.text, jkt, this.#ofProofs);
  }

  get #ofProofs(): ProofRules {
    return { windowMs: this.#rules.dpopWindowMs, nonce: this.#rules.dpopNonce };
  }

  #withoutCertificate(fingerprint: string, { certificate }: Presented): Unproven | undefined {
    if (certificate === undefined) return ofCertificate('a token that is bound to a certificate, without one');
    if (certificate.fingerprint !== fingerprint) return ofCertificate('a token that is bound to another certificate');
    const now = this.#clock.now();
    if (now >= certificate.notBeforeMs && now < certificate.expiresMs) return undefined;
    return ofCertificate('a token that is bound to a certificate that is not valid now');
  }
}

function wrong(reason: string): Unproven {
  return { code: 'SP2009', reason, challenge: 'invalid_token' };
}

function ofCertificate(reason: string): Unproven {
  return { code: 'SP2010', reason, challenge: 'invalid_token' };
}
