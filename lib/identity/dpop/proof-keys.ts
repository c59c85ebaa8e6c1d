import { constants, createPublicKey, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { BoundedCache } from '../tokens/bounded-cache.ts';
import type { ProofAlgorithm } from './algorithms.ts';
import type { DpopProof } from './proof.ts';
import type { PublicJwk } from './public-jwk.ts';

const MOST_KEYS = 1000;

/** Keys of clients, ready to verify with: to make one ready takes about as long as to verify. */
export class ProofKeys {
  /** By thumbprint. */
  readonly #ready = new BoundedCache<KeyObject>(MOST_KEYS, MOST_KEYS);

  get size(): number {
    return this.#ready.size;
  }

  /** Whether the key a proof names has signed it. A point that is on no curve has signed nothing. */
  hasSigned({ algorithm, facts: { hash }, key, signed, signature }: DpopProof): boolean {
    const ready = this.#keyOf(key);
    return ready !== undefined && verify(hash, Buffer.from(signed, 'latin1'), optionsOf(ready, algorithm), signature);
  }

  #keyOf({ thumbprint, members }: PublicJwk): KeyObject | undefined {
    const known = this.#ready.get(thumbprint);
    if (known !== undefined) return known;
    const ready = madeReady(members);
    if (ready !== undefined) this.#ready.set(thumbprint, ready, 1);
    return ready;
  }
}

function optionsOf(key: KeyObject, algorithm: ProofAlgorithm): VerifyKeyObjectInput {
  if (algorithm !== 'PS256') return { key, dsaEncoding: 'ieee-p1363' };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

function madeReady(members: PublicJwk['members']): KeyObject | undefined {
  try {
    return createPublicKey({ key: members, format: 'jwk' });
  } catch {
    return undefined;
  }
}
