import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { TokenAlgorithm, TokenIssuer } from '../../model/auth-config.ts';
import { TokenRefused } from './refused.ts';

/**
 * Whether a token is signed by this key in this way. Throws {@link TokenRefused} when it is, and its issuer, audience or
 * times are not right.
 */
export function isSignedBy(
  token: string,
  key: KeyObject,
  alg: TokenAlgorithm,
  { issuer, audiences, clockSkewMs }: TokenIssuer,
  now: number,
): boolean {
  try {
    jwt.verify(token, key, {
      algorithms: [alg],
      issuer,
      audience: [...audiences] as [string, ...string[]],
      clockTolerance: clockSkewMs / 1000,
      clockTimestamp: Math.floor(now / 1000),
    });
    return true;
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError) throw new TokenRefused('expired');
    if (error instanceof jwt.NotBeforeError) throw new TokenRefused('not valid yet');
    const { message } = error as Error;
    if (message.startsWith('jwt audience')) throw new TokenRefused('for another audience');
    if (message.startsWith('jwt issuer')) throw new TokenRefused('of an unknown issuer');
    return false;
  }
}
