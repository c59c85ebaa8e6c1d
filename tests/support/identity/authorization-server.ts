import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { decodeJwt } from 'jose';
import Provider, { type ClientMetadata, type Configuration, errors, type JWK } from 'oidc-provider';
import { endWith } from '../folder.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** Carries a certificate in PEM, in Base64. */
export const SHOWN_CERTIFICATE = 'x-shown-certificate';

/** Clients the server knows from the start; all secrets are `<client_id>-secret-of-at-least-32-bytes`. */
const CLIENTS = ['service', 'gateway', 'introspector', 'exchanger'] as const;

export interface AuthorizationServerOptions {
  /** Format of access tokens for a resource [jwt]. */
  readonly format?: 'jwt' | 'opaque';
  /** Lifetime of access tokens in seconds [300]. */
  readonly ttl?: number;
  /** Scopes it knows [mcp.tools files.read files.write]. */
  readonly scopes?: readonly string[];
  /** Proofs (DPoP) must carry a nonce. */
  readonly nonces?: boolean;
  /** Hears what each token says that is given in exchange. */
  readonly onExchange?: (claims: Readonly<Record<string, unknown>>) => void;
  /** More clients, in the terms of RFC 7591. */
  readonly clients?: readonly ClientMetadata[];
}

/** A real authorization server on this machine (npm `oidc-provider`), where a user agrees to everything at once. */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenUrl: string;
  readonly introspectionUrl: string;
  secretOf(client: string): string;
  /** A token of the client itself for `resource` (RFC 6749, 4.4; RFC 8707). */
  clientToken(client: string, resource: string, scope?: string, headers?: Record<string, string>): Promise<TokenAnswer>;
  /** Signs with a new key from now on; the last one stays published. */
  rotate(): void;
  /** Requests that were made, path by path. */
  readonly asked: ReadonlyMap<string, number>;
  /** While false, every request is answered with 503. */
  up: boolean;
}

export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope?: string;
}

export async function startAuthorizationServer(
  t: TestContext,
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const keys: JWK[] = [signingKey()];
  const asked = new Map<string, number>();
  const state = { up: true, handle: handlerOf(issuer, keys, options) };
  http.on('request', (request, response) => {
    const path = (request.url ?? '').split('?')[0]!;
    asked.set(path, (asked.get(path) ?? 0) + 1);
    if (state.up) state.handle(request, response);
    else response.writeHead(503).end();
  });
  endWith(t, () => closed(http));
  const server: AuthorizationServer = {
    issuer,
    jwksUri: `${issuer}/jwks`,
    tokenUrl: `${issuer}/token`,
    introspectionUrl: `${issuer}/token/introspection`,
    secretOf,
    clientToken: async (client, resource, scope, headers = {}) => {
      const body = new URLSearchParams({ grant_type: 'client_credentials', resource, ...(scope ? { scope } : {}) });
      const authorization = `Basic ${Buffer.from(`${client}:${secretOf(client)}`).toString('base64')}`;
      const response = await fetch(`${issuer}/token`, { method: 'POST', body, headers: { authorization, ...headers } });
      if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
      return (await response.json()) as TokenAnswer;
    },
    rotate: () => {
      keys.unshift(signingKey());
      keys.splice(2);
      state.handle = handlerOf(issuer, keys, options);
    },
    asked,
    get up() {
      return state.up;
    },
    set up(up) {
      state.up = up;
    },
  };
  return server;
}

function secretOf(client: string): string {
  return `${client}-secret-of-at-least-32-bytes`;
}

function signingKey(): JWK {
  const { privateKey }: { privateKey: KeyObject } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'ES256' } as JWK;
}

function handlerOf(issuer: string, keys: readonly JWK[], options: AuthorizationServerOptions) {
  const provider = new Provider(issuer, configurationOf(keys, options));
  // What it serves are cookies and pages for a browser that does not exist.
  provider.on('server_error', (_context, error) => console.error(error));
  provider.registerGrantType(
    EXCHANGE,
    exchange(provider, issuer, options),
    ['subject_token', 'subject_token_type', 'audience', 'resource', 'scope'],
    ['resource'],
  );
  provider.registerGrantType(
    JWT_BEARER,
    exchange(provider, issuer, options, 'assertion'),
    ['assertion', 'resource', 'scope'],
    ['resource'],
  );
  return provider.callback();
}

/** Gives a token for whom the token of another issuer speaks of, if it was made for this server (RFC 8693, RFC 7523). */
function exchange(
  provider: Provider,
  issuer: string,
  { scopes = [], format = 'jwt', ttl = 300, onExchange }: AuthorizationServerOptions,
  given = 'subject_token',
) {
  type Context = Parameters<Parameters<Provider['registerGrantType']>[1]>[0];
  return async (context: Context): Promise<void> => {
    const { params, client } = context.oidc;
    const subject = decodeJwt(String(params![given]));
    const resource = String(params!['resource']);
    onExchange?.(subject);
    if (subject.aud !== issuer) throw new errors.InvalidGrant('the token was not made for this server');
    const { AccessToken, ResourceServer } = provider;
    const token = new AccessToken({
      accountId: String(subject.sub),
      client: client!,
      scope: String(params!['scope'] ?? ''),
      grantId: randomUUID(),
      gty: 'exchange',
    } as unknown as ConstructorParameters<typeof AccessToken>[0]);
    token.resourceServer = new ResourceServer(resource, {
      scope: scopes.join(' '),
      audience: resource,
      accessTokenFormat: format,
      accessTokenTTL: ttl,
      jwt: { sign: { alg: 'ES256' } },
    });
    context.body = {
      access_token: await token.save(),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: token.tokenType,
      expires_in: ttl,
    };
  };
}

function configurationOf(keys: readonly JWK[], options: AuthorizationServerOptions): Configuration {
  const { format = 'jwt', ttl = 300, nonces = false } = options;
  const scopes = [...(options.scopes ?? ['mcp.tools', 'files.read', 'files.write']), 'offline_access', 'openid'];
  return {
    jwks: { keys: [...keys] },
    scopes,
    clients: [
      ...(options.clients ?? []),
      ...CLIENTS.map(
        (client_id): ClientMetadata => ({
          client_id,
          client_secret: secretOf(client_id),
          grant_types: ['client_credentials', 'authorization_code', 'refresh_token', EXCHANGE, JWT_BEARER],
          redirect_uris: ['http://127.0.0.1/callback'],
          id_token_signed_response_alg: 'ES256',
          token_endpoint_auth_method: 'client_secret_basic',
          response_types: ['code'],
          application_type: 'native',
        }),
      ),
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    cookies: { keys: [randomUUID()] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    ttl: { AccessToken: ttl, ClientCredentials: ttl, RefreshToken: 3600, Grant: 3600, Session: 3600, Interaction: 600 },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    // Every user is the same one, who has agreed to whatever is asked.
    loadExistingGrant: async (context) => {
      const { client, session, params } = context.oidc;
      const grant = new context.oidc.provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
      grant.addOIDCScope(scopes.join(' '));
      for (const resource of [params?.['resource']].flat()) {
        if (typeof resource === 'string') grant.addResourceScope(resource, scopes.join(' '));
      }
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
      registration: { enabled: true },
      dPoP: {
        enabled: true,
        ...(nonces ? { nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true } : {}),
      },
      // A header stands for the connection, on which a client would show its certificate.
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        getCertificate: (context) => {
          const shown = context.get(SHOWN_CERTIFICATE);
          return shown === '' ? undefined : Buffer.from(shown, 'base64').toString();
        },
      },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        defaultResource: () => undefined as unknown as string,
        getResourceServerInfo: (_context, resource) => ({
          scope: scopes.join(' '),
          audience: resource,
          accessTokenFormat: format,
          accessTokenTTL: ttl,
          ...(format === 'jwt' ? { jwt: { sign: { alg: 'ES256' as const } } } : {}),
        }),
      },
    },
  };
}

function closed(http: Server): Promise<void> {
  http.closeAllConnections();
  return new Promise((resolve) => http.close(() => resolve()));
}
