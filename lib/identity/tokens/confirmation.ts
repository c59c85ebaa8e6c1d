import { asObject, type Json } from '../../model/json.ts';
import type { Proven } from '../proven.ts';
import { isBase64url } from './base64url.ts';
import { TokenRefused } from './refused.ts';

/** SHA-256 in base64url. */
const DIGEST_LENGTH = 43;

/**
 * What a token is bound to by `cnf` (RFC 7800): a key (RFC 9449, 6.1), a certificate (RFC 8705, 3.1), or both. Throws
 * {@link TokenRefused} for anything else: a bond nobody here can check must not be passed over.
 */
export function boundTo({ cnf }: Json): Proven['boundTo'] {
  if (cnf === undefined) return undefined;
  const { jkt, 'x5t#S256': certificate, ...others } = asObject(cnf) ?? {};
  if (Object.keys(others).length > 0 || (jkt === undefined && certificate === undefined)) {
    throw new TokenRefused('bound to something nobody here can check');
  }
  if (jkt !== undefined && !isDigest(jkt)) throw new TokenRefused('`jkt` is no thumbprint');
  if (certificate !== undefined && !isDigest(certificate)) throw new TokenRefused('`x5t#S256` is no fingerprint');
  return {
    jkt: jkt as string | undefined,
    certificate:
      certificate === undefined ? undefined : Buffer.from(certificate as string, 'base64url').toString('hex'),
  };
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && value.length === DIGEST_LENGTH && isBase64url(value);
}
