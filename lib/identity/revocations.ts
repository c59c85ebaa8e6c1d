import { hash } from 'node:crypto';

/** What was taken back before its time. */
export interface Revocations {
  /** Whether something of this issuer was taken back: `what` is the `jti` of a token, or {@link digestOf} it. */
  has(issuer: string, what: string): boolean;
}

/** Nothing was ever taken back. */
export const NONE_REVOKED: Revocations = { has: () => false };

/**
 * By what a token without `jti` is taken back: SHA-256, 64 lower-case hex digits. Of a signed token it is over what is
 * signed, since anybody can turn one ECDSA signature into another one that is as good.
 */
export function digestOf(token: string): string {
  const parts = token.split('.');
  return hash('sha256', parts.length === 3 ? `${parts[0]}.${parts[1]}` : token, 'hex');
}
