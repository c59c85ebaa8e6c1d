import { createHash } from 'node:crypto';
import type { ApiKey, ServerConfig, ServerLimits } from '../model/server-config.ts';
import { parseListenAddress } from './addresses.ts';
import { expandHome } from './folders.ts';
import type { KeyPath } from './key-path.ts';
import { type Layer, lineOf, type Reading } from './reading.ts';
import type { RawApiKey } from './schema.ts';
import { selectorOf } from './selector-alias.ts';
import { both, intersection, least, shorter } from './stricter.ts';
import { parseDuration } from './units.ts';

/** Where `serve` listens unless it is told otherwise. */
export const LISTEN_ADDRESS = '127.0.0.1:9020';
/** How the hash of a key is written. */
export const KEY_HASH = /^sha256:([0-9a-f]{64})$/;

/** The `server` section and the keys, from all layers; of several lists only what all of them allow counts. */
export function resolveServer(reading: Reading, from: string): ServerConfig {
  const list = (key: string) => reading.value<string[]>(['server', key], [], from, intersection);
  const { host, port } = parseListenAddress(reading.value(['server', 'listen_addr'], LISTEN_ADDRESS, from))!;
  return {
    host,
    port,
    path: reading.value(['server', 'path'], '/mcp', from),
    publicUrl: reading.value<string | undefined>(['server', 'public_url'], undefined, from),
    allowedHosts: list('allowed_hosts'),
    allowedOrigins: list('allowed_origins'),
    trustedProxies: list('trusted_proxies'),
    tls: resolveTls(reading, from),
    legacySse: reading.value(['server', 'legacy_sse'], false, from, both),
    apiKeys: resolveKeys(reading),
    limits: resolveLimits(reading, from),
  };
}

function resolveTls(reading: Reading, from: string): ServerConfig['tls'] {
  const file = (key: string) => expandHome(reading.value<string | undefined>(['server', 'tls', key], undefined, from));
  const cert = file('cert');
  const key = file('key');
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

function resolveLimits(reading: Reading, from: string): ServerLimits {
  const count = (key: string, fallback: number) => reading.value(['server', key], fallback, from, least);
  const ms = (key: string, fallback: string) => parseDuration(reading.value(['server', key], fallback, from, shorter))!;
  return {
    maxConnections: count('max_connections', 2000),
    maxConnectionsPerAddress: count('max_connections_per_address', 500),
    maxSessions: count('max_sessions', 1000),
    maxSessionsPerClient: count('max_sessions_per_client', 200),
    maxRequestsPerClient: count('max_requests_per_client', 1000),
    sessionIdleMs: ms('session_idle', '30m'),
    requestTimeoutMs: ms('request_timeout', '30s'),
    idleTimeoutMs: ms('idle_timeout', '60s'),
    drainMs: ms('drain', '10s'),
  };
}

/** The keys of the last layer that lists any: an administrator's list leaves no other key valid. */
function resolveKeys(reading: Reading): ApiKey[] {
  const layer = listingKeys(reading.layers);
  if (layer === undefined) return [];
  return keysOf(layer).map(({ key, place }) => {
    // The key is named by whom it stands for; neither it nor its hash is ever shown.
    reading.note([...place, 'client_id'], key.client_id, lineOf(layer.source.where(place)));
    return apiKeyOf(key);
  });
}

/** The last layer that lists keys, none included. */
export function listingKeys(layers: readonly Layer[]): Layer | undefined {
  return layers.findLast(
    ({ config }) => config.security?.auth?.api_keys !== undefined || config.auth?.keys !== undefined,
  );
}

/** The keys of a layer with where they stand; those without a name, as other tools write them, are numbered. */
export function keysOf({ config }: Layer): { readonly key: RawApiKey; readonly place: KeyPath }[] {
  const named = config.security?.auth?.api_keys ?? [];
  const plain = config.auth?.keys ?? [];
  return [
    ...named.map((key, index) => ({ key, place: ['security', 'auth', 'api_keys', index] })),
    ...plain.map((key, index) => ({ key: { key, client_id: `key-${index + 1}` }, place: ['auth', 'keys', index] })),
  ];
}

function apiKeyOf({ key, client_id, roles, permissions, tenant, expires }: RawApiKey): ApiKey {
  return {
    hash: KEY_HASH.exec(key)?.[1] ?? createHash('sha256').update(key).digest('hex'),
    clientId: client_id,
    roles: roles ?? [],
    permissions: permissions?.map(selectorOf),
    tenant,
    expiresMs: expires === undefined ? undefined : Date.parse(expires),
  };
}
