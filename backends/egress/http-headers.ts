import type { IncomingMessage } from 'node:http';
import { authorityOf, type Destination, HTTP_PORT, readAbsolute, readHostAndPort } from './destination.ts';

/** Names and values in turn, as Node gives and takes them. */
export type RawHeaders = readonly string[];

/** A request as it is sent on. */
export interface RelayedRequest {
  readonly to: Destination;
  readonly path: string;
  readonly headers: RawHeaders;
  readonly hasBody: boolean;
}

const MOST_HEADERS = 256;
/** Fields that speak of one connection and not of what is said on it (RFC 9110, 7.6.1). */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Written anew for the request that is sent: what it leads to, how long it is, and what we have answered ourselves. */
const WRITTEN_ANEW: ReadonlySet<string> = new Set(['host', 'content-length', 'expect']);
const VERSION = /^1\.[01]$/;
const HAS_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** Reads a request for a proxy; a text that says why when two programs could read it differently. */
export function readRelayed(request: IncomingMessage): RelayedRequest | string {
  const target = readAbsolute(request.url ?? '');
  return typeof target === 'string' ? target : readSent(request, target.to, target.path, HTTP_PORT);
}

/** Reads a request whose target is known; `usualPort` is that of a Host without one. */
export function readSent(
  { httpVersion, rawHeaders: raw, method = '' }: IncomingMessage,
  to: Destination,
  path: string,
  usualPort: number,
): RelayedRequest | string {
  if (!VERSION.test(httpVersion)) return 'it is of another version of HTTP';
  if (method === 'TRACE') return 'it asks for everything back that it was sent with';
  if (raw.length / 2 > MOST_HEADERS) return 'it has too many headers';
  const hosts = valuesOf(raw, 'host');
  if (hosts.length > 1) return 'it has two Host headers';
  if (hosts[0] !== undefined && !isSame(readHostAndPort(hosts[0], usualPort), to))
    return 'its Host is not that of its URL';
  const framing = framingOf(raw, method);
  if (typeof framing === 'string') return framing;
  const kept = endToEnd(raw).filter((_, index, all) => !WRITTEN_ANEW.has(all[index - (index % 2)]!.toLowerCase()));
  return { to, path, headers: ['Host', authorityOf(to, usualPort), ...kept, ...framing], hasBody: framing.length > 0 };
}

/** Without the fields that speak of one connection, and those it names itself. */
export function endToEnd(raw: RawHeaders): string[] {
  const named = valuesOf(raw, 'connection').flatMap((value) =>
    value.split(',').map((name) => name.trim().toLowerCase()),
  );
  const dropped = new Set([...OF_THE_CONNECTION, ...named]);
  return raw.filter((_, index) => !dropped.has(raw[index - (index % 2)]!.toLowerCase()));
}

/** How the length of the body is told, in exactly one way. */
function framingOf(raw: RawHeaders, method: string): RawHeaders | string {
  const codings = valuesOf(raw, 'transfer-encoding');
  const lengths = valuesOf(raw, 'content-length');
  if (codings.length > 0) {
    if (lengths.length > 0) return 'it tells the length of its body in two ways';
    if (codings.length > 1 || codings[0]!.toLowerCase() !== 'chunked') return 'its body is coded in an unknown way';
    return ['Transfer-Encoding', 'chunked'];
  }
  if (lengths.length > 1) return 'it tells the length of its body twice';
  if (lengths[0] !== undefined) return ['Content-Length', lengths[0]];
  return HAS_BODY.has(method) ? ['Content-Length', '0'] : [];
}

function valuesOf(raw: RawHeaders, name: string): string[] {
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]!.toLowerCase() === name);
}

function isSame(one: Destination | string, other: Destination): boolean {
  return typeof one !== 'string' && one.host === other.host && one.port === other.port;
}
