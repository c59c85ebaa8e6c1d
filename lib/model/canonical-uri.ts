import type { ServerConfig } from './server-config.ts';

/** Every interface: no name anybody could call, and the same for every gateway that listens so. */
const EVERY_INTERFACE = /^(?:0\.0\.0\.0|[0:]+)$/;

/**
 * What tokens must be for (RFC 8707): the public address, or the one that is listened to; undefined for any free port, and
 * where it is no name.
 */
export function canonicalUri({ publicUrl, host, port, path, tls }: ServerConfig): string | undefined {
  if (publicUrl !== undefined)
    return new URL(publicUrl).pathname === '/' ? publicUrl.replace(/\/$/, '') + path : publicUrl;
  if (host === undefined || port === 0 || EVERY_INTERFACE.test(host)) return undefined;
  const name = host.includes(':') ? `[${host}]` : host;
  return `${tls === undefined ? 'http' : 'https'}://${name}:${port}${path}`;
}
