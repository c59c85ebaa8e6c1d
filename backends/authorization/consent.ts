import { createHash, randomBytes } from 'node:crypto';
import { AuthorizationFault } from '../../lib/model/authorization.ts';
import type { ServerMetadata } from './metadata.ts';

/** What only we know of one question to a user. */
export interface Secrets {
  readonly state: string;
  /** RFC 7636, 4.1. */
  readonly verifier: string;
}

export interface Asked {
  readonly endpoint: URL;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  /** Thumbprint of the key the code is bound to (RFC 9449, 10). */
  readonly jkt: string | undefined;
}

/** What an authorization server may say went wrong (RFC 6749, 4.1.2.1), and no more of it than a word. */
const ERROR = /^[a-z_]{1,64}$/;
const CODE = /^[\x20-\x7e]{1,4096}$/;

export function newSecrets(): Secrets {
  return { state: randomBytes(32).toString('base64url'), verifier: randomBytes(32).toString('base64url') };
}

/** The page on which a user agrees (RFC 6749, 4.1.1; RFC 7636; RFC 8707). */
export function consentPage({ endpoint, clientId, redirectUri, resource, scopes, jkt }: Asked, secrets: Secrets): URL {
  const page = new URL(endpoint);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: secrets.state,
    code_challenge: createHash('sha256').update(secrets.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
    ...(jkt === undefined ? {} : { dpop_jkt: jkt }),
  };
  for (const [name, value] of Object.entries(parameters)) page.searchParams.set(name, value);
  return page;
}

/**
 * The code a browser came back with. Throws where another server than the one that was asked has sent it (RFC 9207), before
 * anything else in the answer is believed, an error as well.
 */
export function codeIn(answer: URLSearchParams, { issuer, namesItself }: ServerMetadata, { state }: Secrets): string {
  const once = (name: string) => {
    const all = answer.getAll(name);
    if (all.length > 1) throw wrong(`the answer has several values for \`${name}\``);
    return all[0];
  };
  if (once('state') !== state) throw wrong('the answer is to another question');
  const said = once('iss');
  if (said === undefined ? namesItself : said !== issuer) {
    throw wrong('the answer does not come from the authorization server that was asked');
  }
  const error = once('error');
  if (error !== undefined) throw wrong(`the authorization server says "${ERROR.test(error) ? error : 'no'}"`);
  const code = once('code');
  if (code === undefined || !CODE.test(code)) throw wrong('the answer holds no code');
  return code;
}

function wrong(what: string): AuthorizationFault {
  return new AuthorizationFault(what, 'log in again');
}
