import { createHash, createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { leastSecretBytes, type TokenAlgorithm } from '../../model/auth-config.ts';
import type { Json } from '../../model/json.ts';

/** A key of an issuer, and the signatures that count by it. */
export interface TokenKey {
  /** Tells keys apart, and is the same for the same key wherever it comes from. Never shown: one may be of a secret. */
  readonly id: string;
  readonly kid: string | undefined;
  readonly algorithms: ReadonlySet<TokenAlgorithm>;
  readonly key: KeyObject;
}

const RSA: readonly TokenAlgorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const BY_CURVE: Readonly<Record<string, TokenAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};
const LEAST_RSA_BITS = 2048;
/** Larger ones take longer to verify than anybody's token is worth. */
const MOST_RSA_BITS = 8192;
const LONGEST_KID = 256;

/** The key a member of a JWK set is, with those of `allowed` it can verify; undefined when it is of no use here. */
export function keyOfJwk(jwk: Json, allowed: readonly TokenAlgorithm[]): TokenKey | undefined {
  const { kid, kty, use, key_ops: operations, alg, d } = jwk;
  if (kty !== 'RSA' && kty !== 'EC') return undefined;
  // Who publishes the private half has no secret left.
  if (d !== undefined || (use !== undefined && use !== 'sig')) return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return undefined;
  if (kid !== undefined && !(typeof kid === 'string' && kid.length <= LONGEST_KID)) return undefined;
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
  const its = alg === undefined ? allowed : allowed.filter((one) => one === alg);
  return usable(key, kid, its);
}

/** The key in a text in PEM, a public one or a certificate; undefined when there is none that could be used. */
export function keyOfPem(pem: string, allowed: readonly TokenAlgorithm[]): TokenKey | undefined {
  // It would be read as well, and then it lies where only public keys should.
  if (pem.includes('PRIVATE KEY')) return undefined;
  try {
    return usable(createPublicKey(pem), undefined, allowed);
  } catch {
    return undefined;
  }
}

/** A secret both sides know; undefined when it is too short for every one of `allowed`. */
export function keyOfSecret(secret: Buffer, allowed: readonly TokenAlgorithm[]): TokenKey | undefined {
  const algorithms = allowed.filter((alg) => secret.length >= leastSecretBytes(alg));
  if (algorithms.length === 0) return undefined;
  const id = createHash('sha256').update(secret).digest('base64url');
  return { id, kid: undefined, algorithms: new Set(algorithms), key: createSecretKey(secret) };
}

function usable(key: KeyObject, kid: string | undefined, allowed: readonly TokenAlgorithm[]): TokenKey | undefined {
  const can = verifiableBy(key);
  const algorithms = allowed.filter((alg) => can.includes(alg));
  if (algorithms.length === 0) return undefined;
  const id = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  return { id, kid, algorithms: new Set(algorithms), key };
}

function verifiableBy({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): readonly TokenAlgorithm[] {
  if (type === 'rsa') {
    const { modulusLength: bits = 0, publicExponent = 0n } = details ?? {};
    // With an exponent of 1 everything is its own signature.
    return bits >= LEAST_RSA_BITS && bits <= MOST_RSA_BITS && publicExponent >= 3n ? RSA : [];
  }
  const curve = type === 'ec' ? (details?.namedCurve ?? '') : '';
  return Object.hasOwn(BY_CURVE, curve) ? [BY_CURVE[curve]!] : [];
}
