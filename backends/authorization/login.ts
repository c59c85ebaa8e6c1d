import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { DpopSigner } from '../../lib/issuing/dpop-signer.ts';
import { AuthorizationFault } from '../../lib/model/authorization.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { BackendConfig } from '../../lib/model/config.ts';
import type { Json } from '../../lib/model/json.ts';
import type { ObtainedCredentials } from '../../lib/model/obtained-credentials.ts';
import { mayOpen } from './browser.ts';
import { clientFrom, type OAuthClient } from './client.ts';
import { codeIn, consentPage, newSecrets } from './consent.ts';
import { endpoint, issuerOf, resourceOf, serverOf } from './discovery.ts';
import type { ServerMetadata } from './metadata.ts';
import { placesOf } from './open.ts';
import { probe } from './probe.ts';
import { listenForRedirect } from './redirect-listener.ts';
import { register } from './registration.ts';
import { canonical } from './server-known.ts';
import { askForToken } from './token-endpoint.ts';
import { type Login, TokenStore } from './token-store.ts';

export interface LoggingIn {
  readonly clock: Clock;
  readonly stateDir: string;
  readonly environment: NodeJS.ProcessEnv;
  learn(secrets: readonly string[]): void;
  /** Shows a user the page on which to agree. */
  show(page: URL): void | Promise<void>;
}

/** A client with what of it is to be kept. */
interface Known {
  readonly client: OAuthClient;
  readonly kept: Pick<Login, 'clientId' | 'clientSecret' | 'clientMethod' | 'redirectUri'>;
}

/**
 * Has a user agree that the gateway uses a backend for them (OAuth 2.1, authorization code with PKCE), and keeps what comes
 * of it. Rejects with an `AuthorizationFault`.
 */
export async function login(backend: BackendConfig, ground: LoggingIn): Promise<Login> {
  const { name, remote, credentials } = backend;
  const config = credentials.authorization;
  if (remote === undefined || config?.mode !== 'oauth') throw new Error(`${name} has no login`);
  const places = placesOf(remote, config);
  const store = new TokenStore(ground.stateDir, name, remote.url);
  const before = await store.read().catch(() => undefined);
  const challenge = await probe(remote);
  const said = await resourceOf(places, challenge.metadata);
  const issuer = issuerOf(places, said);
  const server = await serverOf(issuer, places);
  if (!server.challengeMethods.includes('S256')) {
    throw new AuthorizationFault(
      'its authorization server does not say that it holds codes to who asked for them (PKCE, S256)',
      'nothing can be done here: a code could be stolen on its way',
    );
  }
  const asked = config.scopes ?? (challenge.scopes.length > 0 ? challenge.scopes : (said?.scopes ?? []));
  const offline = server.scopes.includes('offline_access') ? ['offline_access'] : [];
  const own = before?.issuer === issuer ? before : undefined;
  // Where it was not enough, what was agreed to before is asked for again as well (2026-07-28, scope accumulation).
  const grown = own === undefined || own.scopes.length === 0 ? [] : [...(own.token?.scopes ?? []), ...own.scopes];
  const scopes = [...new Set([...asked, ...grown, ...(asked.length > 0 ? offline : [])])];
  const secrets = newSecrets();
  const port = config.redirectPort ?? portOf(own?.redirectUri);
  const listener = await listenForRedirect(port, config.redirectPort !== undefined, secrets.state);
  try {
    const { client, kept } = await knownClient();
    const key = config.dpop ? newKey() : undefined;
    const signer = key && new DpopSigner(ground.clock, createPrivateKey({ key: { ...key }, format: 'jwk' }));
    const resource = config.resource ?? said?.resource ?? canonical(places.backend);
    const page = consentPage(
      {
        endpoint: endpoint(server.authorizationEndpoint, 'authorization endpoint', places),
        clientId: client.id,
        redirectUri: listener.uri,
        resource,
        scopes,
        jkt: signer?.jkt,
      },
      secrets,
    );
    if (!mayOpen(page))
      throw new AuthorizationFault('the page to agree on is none that may be opened', 'check `issuer`');
    await ground.show(page);
    const code = codeIn(await inTime(listener.answer, name), server, secrets);
    const tokenUrl = endpoint(server.tokenEndpoint, 'token endpoint', places);
    const at = { url: tokenUrl, issuer, clientProofs: server.clientProofs, allowPrivate: remote.allowPrivate };
    const token = await askForToken(
      at,
      client,
      [
        ['grant_type', 'authorization_code'],
        ['code', code],
        ['redirect_uri', listener.uri],
        ['code_verifier', secrets.verifier],
        ['resource', resource],
      ],
      { clock: ground.clock, signer },
    ).catch((error: Error) => {
      throw new AuthorizationFault(`its authorization server ${error.message}`, `sallyport login ${name}`);
    });
    const made: Login = {
      backend: remote.url,
      issuer,
      resource,
      tokenEndpoint: tokenUrl.href,
      revocationEndpoint: server.revocationEndpoint,
      clientProofs: server.clientProofs,
      ...kept,
      key,
      token: { ...token, scopes: token.scopes ?? scopes },
      scopes: own?.scopes ?? [],
    };
    const lock = await store.lock();
    try {
      await store.write(made);
    } finally {
      lock.release();
    }
    return made;
  } finally {
    listener.close();
  }

  /** The client of the config, else one described on a page of its own, else the one of the last login, else a new one. */
  async function knownClient(): Promise<Known> {
    const { clientId, clientProof, clientMetadataUrl } = config as ObtainedCredentials;
    const plain = (id: string): Known['kept'] => ({
      clientId: id,
      clientSecret: undefined,
      clientMethod: undefined,
      redirectUri: listener.uri,
    });
    if (clientId !== undefined) {
      return {
        client: await clientFrom(clientId, clientProof, ground.environment, ground.learn),
        kept: plain(clientId),
      };
    }
    if (clientMetadataUrl !== undefined && server.knowsClientDocuments) {
      return { client: { id: clientMetadataUrl, proof: { kind: 'none' } }, kept: plain(clientMetadataUrl) };
    }
    // A client is known at one server alone, and only with the address it was registered with.
    const isSame = own !== undefined && own.redirectUri === listener.uri && own.clientId !== clientMetadataUrl;
    const { clientId: id, clientSecret: secret, clientMethod: method } = isSame ? own : await newClient(server);
    if (secret !== undefined) ground.learn([secret]);
    return {
      client: { id, proof: secret === undefined ? { kind: 'none' } : { kind: 'secret', secret, method } },
      kept: { clientId: id, clientSecret: secret, clientMethod: method, redirectUri: listener.uri },
    };
  }

  async function newClient({ registrationEndpoint, clientProofs }: ServerMetadata) {
    if (registrationEndpoint === undefined) {
      throw new AuthorizationFault(
        'its authorization server registers no clients by itself',
        'register one there, and set `issuer` and `client_id` under `credentials`',
      );
    }
    const url = endpoint(registrationEndpoint, 'registration endpoint', places);
    const { id, secret, method } = await register(url, listener.uri, clientProofs, scopes, remote!.allowPrivate);
    return { clientId: id, clientSecret: secret, clientMethod: method };
  }
}

function inTime(answer: Promise<URLSearchParams>, name: string): Promise<URLSearchParams> {
  return answer.catch((error: Error) => {
    throw new AuthorizationFault(error.message, `sallyport login ${name}`);
  });
}

function portOf(uri: string | undefined): number | undefined {
  return uri === undefined || !URL.canParse(uri) ? undefined : Number(new URL(uri).port) || undefined;
}

function newKey(): Json {
  return { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) };
}
