import { isIPv6 } from 'node:net';
import { type HostFacts, readHost } from '../../lib/parse/host.ts';
import { readUrl } from '../../lib/parse/url.ts';

/** Where a connection is to lead. */
export interface Destination {
  /** As it is judged, looked up and recorded: small letters, no trailing dot, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
}

/** A host and a port with what ends neither in any program that reads them. */
const AUTHORITY = /^[^/?#@\\\s]+$/;
const ENDS_IN_PORT = /:\d{1,5}$/;
const NAME_OR_QUAD = /^[\x21-\x7e]+$/;
/** An http URI without a fragment (RFC 9112, 3.2.2). */
const ABSOLUTE = /^http:\/\/([^/?#]+)([/?][^#]*)?$/i;
export const HTTP_PORT = 80;
export const HTTPS_PORT = 443;

/** Reads `host:port` as CONNECT has it (RFC 9110, 9.3.6); a text that says why when it is none. */
export function readAuthority(text: string): Destination | string {
  if (!ENDS_IN_PORT.test(text)) return 'it names no port';
  return readHostAndPort(text);
}

/** Reads the target of a request to a proxy: where it leads, and the target in origin-form. */
export function readAbsolute(target: string): { readonly to: Destination; readonly path: string } | string {
  const [, authority, rest = '/'] = ABSOLUTE.exec(target) ?? [];
  if (authority === undefined) return 'a proxy is asked with CONNECT or with a whole http:// URL';
  const to = readHostAndPort(authority);
  return typeof to === 'string' ? to : { to, path: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Reads a `Host` header, whose port is that of http or https unless it is written. */
export function readHostAndPort(text: string, usualPort = HTTP_PORT): Destination | string {
  if (text.includes('@')) return 'it carries user information';
  if (!AUTHORITY.test(text)) return 'its host is not one';
  const { host, port, doubt } = readUrl(`${usualPort === HTTPS_PORT ? 'https' : 'http'}://${text}/`) ?? {
    host: undefined,
    port: undefined,
    doubt: undefined,
  };
  if (doubt !== undefined) return doubt;
  if (host === undefined || port === undefined) return 'its host is not one';
  return destination(host, port);
}

/** Reads a host and a port that stand apart, as SOCKS has them. */
export function readPair(host: string, port: number): Destination | string {
  if (!NAME_OR_QUAD.test(host)) return 'its host is not one';
  const facts = readHost(isIPv6(host) ? `[${host}]` : host);
  return typeof facts === 'string' ? facts : destination(facts, port);
}

/** As it stands in a URL or a `Host` header; the usual port is left out. */
export function authorityOf({ host, port }: Destination, usualPort = HTTP_PORT): string {
  const written = host.includes(':') ? `[${host}]` : host;
  return port === usualPort ? written : `${written}:${port}`;
}

function destination({ host, address, doubt }: HostFacts, port: number): Destination | string {
  if (doubt !== undefined) return doubt;
  return port === 0 ? 'its port is not one' : { host, port, isAddress: address !== undefined };
}
