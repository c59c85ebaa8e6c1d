import { leastSecretBytes } from '../../model/auth-config.ts';
import { isReadableOnTheWay } from '../../model/loopback.ts';
import { type KeyPath, showPath } from '../files/key-path.ts';
import type { Layer } from '../files/reading.ts';
import type { Problem } from '../problems.ts';

/** Faults of what tokens are to be verified with: secrets that can be guessed or read, keys others could replace on the way. */
export function checkTokens(layer: Layer): Problem[] {
  const { source, config } = layer;
  const { jwt, oauth } = config.security?.auth ?? {};
  const root = ['security', 'auth'];
  const issuers = jwt === undefined ? [] : Array.isArray(jwt) ? jwt : [jwt];
  const problems: Problem[] = [];
  const fault = (place: KeyPath, message: string, code: Problem['code'] = 'SP2012') =>
    problems.push({ code, severity: 'error', message: `${showPath(place)}: ${message}`, where: source.where(place) });
  const secret = (place: KeyPath, value: string | undefined, least: number) => {
    if (value === undefined) return;
    if (!source.secrets.some((one) => value.includes(one))) fault(place, 'stands here as it is; write `${NAME}`');
    else if (Buffer.byteLength(value) < least) fault(place, `must have at least ${least} bytes`);
  };
  const url = (place: KeyPath, value: string | undefined) => {
    if (value !== undefined && isReadableOnTheWay(new URL(value)))
      fault(place, 'must be https, unless it is on loopback');
  };
  for (const [index, one] of issuers.entries()) {
    const at = [...root, 'jwt', ...(Array.isArray(jwt) ? [index] : [])];
    secret([...at, 'secret'], one.secret, Math.max(...(one.algorithms ?? ['HS256']).map(leastSecretBytes)));
    url([...at, 'jwks_uri'], one.jwks_uri);
    if (issuers.findIndex(({ issuer }) => issuer === one.issuer) !== index)
      fault([...at, 'issuer'], 'the same issuer stands twice', 'SP1005');
  }
  secret(['auth', 'secret'], config.auth?.secret, leastSecretBytes('HS256'));
  const { introspection } = oauth ?? {};
  url([...root, 'oauth', 'introspection', 'url'], introspection?.url);
  secret([...root, 'oauth', 'introspection', 'client_secret'], introspection?.client_secret, 1);
  return problems;
}
