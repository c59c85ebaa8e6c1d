import type { TokenAlgorithm, TokenIssuer } from '../../model/auth-config.ts';
import type { Json } from '../../model/json.ts';
import type { Proven } from '../proven.ts';
import { digestOf, type Revocations } from '../revocations.ts';
import { boundTo } from './confirmation.ts';
import { identityOf, isFor } from './identity-of.ts';
import type { Keys } from './key-set.ts';
import { TokenRefused } from './refused.ts';
import { validUntil } from './validity.ts';

/** What has to be known to ask later whether a token that was verified still counts. */
export interface TokenFacts {
  readonly claims: Json;
  readonly alg: TokenAlgorithm;
  /** Id of the key that verified it. */
  readonly key: string;
  /** See {@link digestOf}. */
  readonly digest: string;
  /** The config it was judged by. */
  readonly by: TokenIssuer;
}

/** Somebody proven by a signed token. */
export interface TokenProven extends Proven {
  readonly token: TokenFacts;
}

export function isTokenProven(proven: Proven): proven is TokenProven {
  return 'token' in proven;
}

/** An issuer whose tokens are believed, and its keys. */
export class BelievedIssuer {
  readonly config: TokenIssuer;
  readonly keys: Keys;
  readonly #revocations: Revocations;

  constructor(config: TokenIssuer, keys: Keys, revocations: Revocations) {
    this.config = config;
    this.keys = keys;
    this.#revocations = revocations;
  }

  /** Who is proven by claims that are signed. Throws {@link TokenRefused} where they prove nobody. */
  judge(token: string, claims: Json, signed: Pick<TokenFacts, 'alg' | 'key'>, now: number): TokenProven {
    const facts = { ...signed, claims, digest: digestOf(token), by: this.config };
    const proven = this.#proven(facts, now);
    if (this.#isRevoked(facts)) throw new TokenRefused('taken back');
    return { ...proven, token: facts };
  }

  /** Whether the key that verified a token is still believed, and the token was not taken back. */
  stillHolds(facts: TokenFacts): boolean {
    return this.#knows(facts) && !this.#isRevoked(facts);
  }

  /** Who these facts would prove by the config of now; undefined for nobody. */
  again(facts: TokenFacts, now: number): Proven | undefined {
    try {
      return this.#proven(facts, now);
    } catch {
      return undefined;
    }
  }

  #proven({ claims, digest }: TokenFacts, now: number): Proven {
    if (!isFor(claims, this.config.audiences)) throw new TokenRefused('for another audience');
    const expiresMs = validUntil(claims, this.config, now);
    const identity = identityOf(claims, 'jwt', this.config);
    return { identity, credential: digest, expiresMs, boundTo: boundTo(claims) };
  }

  #knows({ alg, key }: TokenFacts): boolean {
    return this.config.algorithms.includes(alg) && this.keys.current()?.has(key, alg) === true;
  }

  #isRevoked({ claims: { jti }, digest }: TokenFacts): boolean {
    const { issuer } = this.config;
    return this.#revocations.has(issuer, digest) || (typeof jti === 'string' && this.#revocations.has(issuer, jti));
  }
}
