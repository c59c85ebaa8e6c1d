import type { Clock } from '../../lib/model/clock.ts';
import type { BackendConfig } from '../../lib/model/config.ts';
import { saidTo } from '../http/asking.ts';
import { clientFrom, clientWords, type OAuthClient } from './client.ts';
import { endpoint } from './discovery.ts';
import { placesOf } from './open.ts';
import { type Login, TokenStore } from './token-store.ts';

export interface LoggingOut {
  readonly clock: Clock;
  readonly stateDir: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface LoggedOut {
  /** There were tokens. */
  readonly was: boolean;
  /** The authorization server has taken them back (RFC 7009). */
  readonly revoked: boolean;
}

const TIMEOUT_MS = 10_000;

/** Deletes the tokens of a backend; where its authorization server can be asked to, it takes them back as well. */
export async function logout(backend: BackendConfig, ground: LoggingOut): Promise<LoggedOut> {
  const { name, remote } = backend;
  const store = new TokenStore(ground.stateDir, name, remote!.url);
  const lock = await store.lock();
  let known: Login | undefined;
  try {
    known = await store.read().catch(() => undefined);
    // Whatever becomes of the question to the server: here they are gone.
    await store.remove();
  } finally {
    lock.release();
  }
  if (known?.token === undefined) return { was: false, revoked: false };
  return { was: true, revoked: await revoked(known, backend, ground).catch(() => false) };
}

async function revoked(login: Login, { remote, credentials }: BackendConfig, ground: LoggingOut): Promise<boolean> {
  const config = credentials.authorization;
  if (config?.mode !== 'oauth' || login.revocationEndpoint === undefined) return false;
  const { clientId: id, clientSecret: secret, clientMethod: method, token, clientProofs, issuer } = login;
  const client: OAuthClient =
    config.clientId === id
      ? await clientFrom(id, config.clientProof, ground.environment, () => {})
      : { id, proof: secret === undefined ? { kind: 'none' } : { kind: 'secret', secret, method } };
  const url = endpoint(login.revocationEndpoint, 'revocation endpoint', placesOf(remote!, config));
  const own = await clientWords(client, clientProofs, issuer, ground.clock);
  // With a refresh token goes all that came of it (RFC 7009, 2.1).
  const { status } = await saidTo({
    url: url.href,
    allowPrivate: remote!.allowPrivate,
    method: 'POST',
    timeoutMs: TIMEOUT_MS,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...own.headers },
    body: new URLSearchParams({ token: token!.refresh ?? token!.text, ...own.form }).toString(),
  });
  return status === 200;
}
