import type { TokenIssuer } from '../../model/auth-config.ts';
import type { Json } from '../../model/json.ts';
import { claimAt, nameAt, timeAt } from './claim-values.ts';
import { refuseOtherKinds } from './other-kinds.ts';
import { TokenRefused } from './refused.ts';

/**
 * Until when claims count, in milliseconds since 1970, the clock skew included. Throws {@link TokenRefused} for claims that
 * do not count now, or lack what the issuer must say.
 */
export function validUntil(claims: Json, issuer: TokenIssuer, now: number): number {
  const [exp, nbf, iat] = [timeAt(claims, 'exp'), timeAt(claims, 'nbf'), timeAt(claims, 'iat')];
  const { clockSkewMs: skew, maxLifetimeMs, requiredClaims } = issuer;
  if (exp === undefined) throw new TokenRefused('never expires');
  if (now >= exp + skew) throw new TokenRefused('expired');
  if (nbf !== undefined && now + skew < nbf) throw new TokenRefused('not valid yet');
  if (iat !== undefined && now + skew < iat) throw new TokenRefused('issued in the future');
  if (maxLifetimeMs !== undefined && (iat === undefined || exp - iat > maxLifetimeMs)) {
    throw new TokenRefused(iat === undefined ? 'does not say when it was issued' : 'lives longer than allowed');
  }
  if (nameAt(claims, 'sub') === undefined) throw new TokenRefused('names no subject');
  nameAt(claims, 'jti');
  const missing = requiredClaims.find((name) => claimAt(claims, name) === undefined);
  if (missing !== undefined) throw new TokenRefused(`has no claim \`${missing}\``);
  refuseOtherKinds(claims);
  return exp + skew;
}
