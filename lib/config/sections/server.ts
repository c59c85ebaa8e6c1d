import type { ServerConfig, ServerLimits } from '../../model/server-config.ts';
import type { Reading } from '../files/reading.ts';
import { expandHome } from '../folders.ts';
import { parseListenAddress } from '../words/addresses.ts';
import { parseDuration } from '../words/units.ts';
import { both, intersection, least, shorter } from './stricter.ts';

/** Where `serve` listens unless it is told otherwise. */
export const LISTEN_ADDRESS = '127.0.0.1:9020';

/** The `server` section, from all layers; of several lists only what all of them allow counts. */
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
    limits: resolveLimits(reading, from),
  };
}

function resolveTls(reading: Reading, from: string): ServerConfig['tls'] {
  const file = (key: string) => expandHome(reading.value<string | undefined>(['server', 'tls', key], undefined, from));
  const cert = file('cert');
  const key = file('key');
  return cert === undefined || key === undefined ? undefined : { cert, key, clientCa: file('client_ca') };
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
