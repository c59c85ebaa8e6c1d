import { createHash } from 'node:crypto';
import { asObject, type Json } from '../../model/json.ts';
import { isBase64url } from '../tokens/base64url.ts';
import type { AlgorithmFacts } from './algorithms.ts';

/** A public key in the one way to write it down: the required members alone, in the order RFC 7638 wants. */
export interface PublicJwk {
  readonly members: Readonly<Record<string, string>>;
  /** SHA-256 over it (RFC 7638, 3), in base64url: what `cnf.jkt` of a token names. */
  readonly thumbprint: string;
}

/** Members that are there only where a secret is (RFC 7518, 6). */
const SECRET = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const [LEAST_RSA_OCTETS, MOST_RSA_OCTETS] = [256, 512] as const;
const [LEAST_EXPONENT, MOST_EXPONENT_OCTETS] = [65_537, 4] as const;

/** Reads the `jwk` of a proof for an algorithm; a text says why it is none that counts. */
export function publicJwk(value: unknown, { kty, crv, octets }: AlgorithmFacts): PublicJwk | string {
  const jwk = asObject(value);
  if (jwk === undefined) return 'its jwk is no key';
  if (SECRET.some((name) => jwk[name] !== undefined)) return 'its jwk has a private key';
  if (jwk.kty !== kty || (crv !== undefined && jwk.crv !== crv)) return 'its jwk is for another algorithm';
  if (kty === 'RSA') return rsaKey(jwk);
  const names = kty === 'EC' ? ['x', 'y'] : ['x'];
  const [x, y] = names.map((name) => bytesOf(jwk[name]));
  if (x?.length !== octets || (kty === 'EC' && y?.length !== octets)) return 'its jwk is no key';
  return kty === 'EC'
    ? canonical({ crv: crv!, kty, x: String(jwk.x), y: String(jwk.y) })
    : canonical({ crv: crv!, kty, x: String(jwk.x) });
}

function rsaKey(jwk: Json): PublicJwk | string {
  const [modulus, exponent] = [bytesOf(jwk.n), bytesOf(jwk.e)];
  if (modulus === undefined || exponent === undefined || modulus[0] === 0 || exponent[0] === 0)
    return 'its jwk is no key';
  if (modulus.length < LEAST_RSA_OCTETS || (modulus.length === LEAST_RSA_OCTETS && modulus[0]! < 0x80))
    return 'its key is too short';
  if (modulus.length > MOST_RSA_OCTETS) return 'its key is too long';
  const odd = (exponent.at(-1)! & 1) === 1;
  if (exponent.length > MOST_EXPONENT_OCTETS || !odd || exponent.readUIntBE(0, exponent.length) < LEAST_EXPONENT)
    return 'the exponent of its key is none that counts';
  return canonical({ e: String(jwk.e), kty: 'RSA', n: String(jwk.n) });
}

/** The octets of a member; undefined when it is written in any way but the one there is. */
function bytesOf(value: unknown): Buffer | undefined {
  return typeof value === 'string' && isBase64url(value) ? Buffer.from(value, 'base64url') : undefined;
}

function canonical(members: Readonly<Record<string, string>>): PublicJwk {
  return { members, thumbprint: createHash('sha256').update(JSON.stringify(members)).digest('base64url') };
}
