import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** A public key of the kind everything of ours is signed with (RFC 7518, 6.2.1); its members are in the order RFC 7638 wants. */
export interface EcJwk {
  readonly crv: string;
  readonly kty: 'EC';
  readonly x: string;
  readonly y: string;
}

/** The public half of a P-256 key, and nothing else of it. */
export function publicJwkOf(key: KeyObject): EcJwk {
  const { crv, kty, x, y } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  if (kty !== 'EC' || crv !== 'P-256') throw new Error('the key is not of P-256');
  return { crv, kty, x: x!, y: y! };
}

/** By which a key is named (RFC 7638, 3): SHA-256 over its members, in base64url. */
export function thumbprintOf(jwk: EcJwk): string {
  const { crv, kty, x, y } = jwk;
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
