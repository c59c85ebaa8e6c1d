import { type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { AuthorizationFault } from '../../lib/model/authorization.ts';
import type { Clock } from '../../lib/model/clock.ts';

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ASSERTION_SECONDS = 60;

/** A statement of the client about itself (RFC 7523, 2.2). */
export function assertion(id: string, key: KeyObject, audience: string, clock: Pick<Clock, 'now'>) {
  const now = Math.floor(clock.now() / 1000);
  const claims = { iss: id, sub: id, aud: audience, jti: randomUUID(), iat: now, exp: now + ASSERTION_SECONDS };
  const isCurve = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  if (!isCurve && key.asymmetricKeyType !== 'rsa') {
    throw new AuthorizationFault('the private key is neither RSA nor of the curve P-256', 'make one that is');
  }
  const text = jwt.sign(claims, key, { algorithm: isCurve ? 'ES256' : 'RS256' });
  return { client_id: id, client_assertion_type: ASSERTION, client_assertion: text };
}
