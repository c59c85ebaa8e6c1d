import { unambiguousObject } from '../../lib/identity/tokens/unambiguous.ts';
import { AuthorizationFault } from '../../lib/model/authorization.ts';
import { saidTo } from '../http/asking.ts';

/** A client an authorization server has just come to know (RFC 7591, 3.2.1). */
export interface Registered {
  readonly id: string;
  readonly secret: string | undefined;
  /** How it is to prove itself. */
  readonly method: string | undefined;
}

const TIMEOUT_MS = 10_000;
const METHODS = ['none', 'client_secret_basic', 'client_secret_post'];

/** Registers the gateway at an authorization server, as a program on the machine of a user. */
export async function register(
  url: URL,
  redirectUri: string,
  proofs: readonly string[] | undefined,
  scopes: readonly string[],
  allowPrivate: boolean,
): Promise<Registered> {
  const methods = proofs === undefined ? ['client_secret_basic'] : proofs;
  const method = METHODS.find((one) => methods.includes(one)) ?? 'client_secret_basic';
  const said = await saidTo({
    url: url.href,
    allowPrivate,
    method: 'POST',
    timeoutMs: TIMEOUT_MS,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Sallyport',
      redirect_uris: [redirectUri],
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    }),
  });
  const { client_id: id, client_secret: secret, token_endpoint_auth_method: told } = unambiguousObject(said.text) ?? {};
  if (said.status > 299 || typeof id !== 'string' || id === '' || id.length > 2048) {
    throw new AuthorizationFault(
      `the authorization server registers no client (HTTP ${said.status})`,
      'register one there, and set `issuer` and `client_id` under `credentials`',
    );
  }
  return {
    id,
    secret: typeof secret === 'string' && secret !== '' ? secret : undefined,
    method: typeof told === 'string' ? told : method,
  };
}
