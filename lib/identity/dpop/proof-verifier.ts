import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import type { Presented } from '../presented.ts';
import type { Unproven } from '../proven.ts';
import { Doubt, STEP_MS } from './doubt.ts';
import { Nonces } from './nonces.ts';
import { type DpopProof, readProof } from './proof.ts';
import { ProofKeys } from './proof-keys.ts';
import { isSameUrl } from './same-url.ts';
import { SeenProofs } from './seen-proofs.ts';

/** How proofs are judged; both are of the config. */
export interface ProofRules {
  /** How old a proof may be, and how far ahead its clock. */
  readonly windowMs: number;
  /** Whether it must carry a nonce of ours. */
  readonly nonce: boolean;
}

/**
 * Verifies proofs of possession (RFC 9449, 4.3). What is cheap is asked first, the signature late and the memory last: so
 * only who has the key of a token that counts can make this gateway work, or fill anything.
 */
export class ProofVerifier {
  readonly #clock: Clock;
  readonly #keys = new ProofKeys();
  readonly #seen: SeenProofs;
  readonly #nonces: Nonces;
  readonly #doubt: Doubt;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#doubt = new Doubt(clock, () => this.#nonces.renew());
    this.#seen = new SeenProofs(clock);
    this.#nonces = new Nonces(clock);
  }

  /** The nonce clients are to use now. */
  get nonce(): string {
    return this.#nonces.current;
  }

  /** Whether every proof must carry a nonce now, because the rules say so or because of the clock. */
  wantsNonce({ nonce, windowMs }: ProofRules): boolean {
    return this.#doubt.ofAll(windowMs) || nonce;
  }

  /** Why what came does not prove that its client has the key `jkt`, to which `token` is bound; undefined when it does. */
  refusal(presented: Presented, token: string, jkt: string, rules: ProofRules): Unproven | undefined {
    const proof = readProof(presented.proofs);
    if (typeof proof === 'string') return wrong(proof);
    const { target } = presented;
    if (target === undefined || proof.htm !== target.method) return wrong('it is for another method');
    if (!isSameUrl(proof.htu, target.url)) return wrong('it is for another URL');
    const age = this.#clock.now() - proof.iat * 1000;
    if (age > rules.windowMs) return wrong('it is too old');
    if (age < -rules.windowMs) return wrong('it is from the future');
    if (proof.ath === undefined || !isDigestOf(proof.ath, token)) return wrong('it is for another token');
    if (proof.key.thumbprint !== jkt) return { ...wrong('it is of another key'), challenge: 'invalid_token' };
    if (!this.#keys.hasSigned(proof)) return wrong('its signature is wrong');
    return this.#unfresh(proof, rules) ?? this.#used(proof, jkt, rules.windowMs - age);
  }

  #unfresh({ nonce, iat }: DpopProof, rules: ProofRules): Unproven | undefined {
    if (!this.wantsNonce(rules) && !this.#doubt.ofOne(iat)) return undefined;
    if (nonce !== undefined && this.#nonces.accepts(nonce)) return undefined;
    const reason = nonce === undefined ? 'it has no nonce' : 'its nonce counts no more';
    return { ...wrong(reason), challenge: 'use_dpop_nonce' };
  }

  #used({ jti }: DpopProof, jkt: string, forMs: number): Unproven | undefined {
    const use = this.#seen.use(jkt, jti, forMs + STEP_MS);
    if (use === 'first') return undefined;
    if (use === 'again') return wrong('it was used before');
    return { code: 'SP2013', reason: 'too many proofs to remember', challenge: 'unavailable' };
  }
}

function wrong(reason: string): Unproven {
  return { code: 'SP2009', reason: `DPoP proof: ${reason}`, challenge: 'invalid_dpop_proof' };
}

function isDigestOf(ath: string, token: string): boolean {
  const [said, is] = [Buffer.from(ath), Buffer.from(createHash('sha256').update(token).digest('base64url'))];
  return said.length === is.length && timingSafeEqual(said, is);
}
