/** How a proof may be signed: never with a secret both sides know, and never with nothing. */
export type ProofAlgorithm = 'ES256' | 'ES384' | 'ES512' | 'RS256' | 'PS256' | 'EdDSA';

/** What the signatures of an algorithm are made with and of. */
export interface AlgorithmFacts {
  /** Undefined where the algorithm hashes by itself. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined;
  readonly kty: 'EC' | 'RSA' | 'OKP';
  readonly crv: 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | undefined;
  /** Octets of a coordinate or of a key; undefined where keys differ in size. */
  readonly octets: number | undefined;
}

/** RFC 7518, 3.1 and RFC 8037, 3.1. */
export const FACTS: ReadonlyMap<string, AlgorithmFacts> = new Map<ProofAlgorithm, AlgorithmFacts>([
  ['ES256', { hash: 'sha256', kty: 'EC', crv: 'P-256', octets: 32 }],
  ['ES384', { hash: 'sha384', kty: 'EC', crv: 'P-384', octets: 48 }],
  ['ES512', { hash: 'sha512', kty: 'EC', crv: 'P-521', octets: 66 }],
  ['RS256', { hash: 'sha256', kty: 'RSA', crv: undefined, octets: undefined }],
  ['PS256', { hash: 'sha256', kty: 'RSA', crv: undefined, octets: undefined }],
  ['EdDSA', { hash: undefined, kty: 'OKP', crv: 'Ed25519', octets: 32 }],
]);

/** Their names, as metadata and challenges list them (RFC 9449, 5.1 and 7.1). */
export const PROOF_ALGORITHMS: readonly string[] = [...FACTS.keys()];
