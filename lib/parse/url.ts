import { isIPv6 } from 'node:net';
import { type HostFacts, isPlainName, readHost } from './host.ts';

/** A URL, or a host with or without a port, as every program that can read it reads it. */
export interface UrlFacts {
  /** In small letters without the colon; undefined for a host alone. */
  readonly scheme: string | undefined;
  /** Undefined when it names none, as `file:///a` and `data:` do. */
  readonly host: HostFacts | undefined;
  /** The one that is written, else the usual one of the scheme; undefined when neither is known. */
  readonly port: number | undefined;
  /** Why two programs could read it differently, so that nobody can say where it leads. */
  readonly doubt: string | undefined;
}

/** The doubt about a URL with another one in it, which some programs go to instead. */
export const HOLDS_ANOTHER = 'it holds a second URL';

const MOST_CHARACTERS = 8192;
const MOST_PORT = 65_535;
/** Schemes the URL standard reads in its own way; all others are read as RFC 3986 says by everybody. */
const SPECIAL = new Set(['http', 'https', 'ws', 'wss', 'ftp', 'file']);
/** Schemes that fetch something from a host. */
const FETCHING = new Set([...SPECIAL, 'ftps', 'gopher', 'gophers', 'dict', 'tftp', 'telnet', 'smb', 'smbs']);
const USUAL_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  ftp: 21,
  ftps: 990,
  gopher: 70,
  dict: 2628,
  telnet: 23,
};

/** RFC 3986, appendix B, without the fragment. */
const PARTS = /^([^:/?#\\]*):(?:\/\/([^/?#]*))?(.*)$/s;
const SCHEME = /^[a-z][a-z0-9+.-]*$/i;
const EDGE = /[ \t\r\n]/;
const LINE_CHARACTERS = /[\t\r\n]/g;
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;
/** A second URL that a program might find which reads a list. */
const ANOTHER_AFTER_SPACE = /[\s\u0085\u200b][<("'[]*[a-z][a-z0-9+.-]*:\/\//i;
const HOST_AND_PORT = /^(?:\/\/)?(\[[^\]]*\]|[^:/?#\\@[\]]+)(?::(\d{0,5}))?([/?#].*)?$/s;
const ZONE = /%.*$/;
/** A port that is no number is a scheme with what follows it: `localhost:3000` against `mailto:me`. */
const WITH_PORT = /^[^:/?#\\@]+:\d{1,5}(?:[/?#]|$)/;

/** Without the spaces at both ends, in one pass: an expression would try every space anew. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && EDGE.test(text[start]!)) start++;
  while (end > start && EDGE.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

export function isFetching(scheme: string): boolean {
  return scheme.split('+').some((part) => FETCHING.has(part));
}

/** Reads a URL with a scheme; undefined when the text has none. `localhost:3000` has none. */
export function readUrl(text: string): UrlFacts | undefined {
  const trimmed = trim(text.slice(0, MOST_CHARACTERS));
  if (WITH_PORT.test(trimmed) || isIPv6(trimmed)) return undefined;
  const [, written = '', authority, rest = ''] = PARTS.exec(trimmed) ?? [];
  // Programs that drop line breaks drop them here as well, and no other takes it for a scheme.
  const scheme = written.replace(LINE_CHARACTERS, '').toLowerCase();
  if (!SCHEME.test(scheme)) return undefined;
  const doubtOf = (doubt: string, facts: Partial<UrlFacts> = {}): UrlFacts => ({
    scheme,
    host: undefined,
    port: undefined,
    ...facts,
    doubt,
  });
  const hasHost = authority !== undefined || isFetching(scheme);
  if (text.length > MOST_CHARACTERS && hasHost) return doubtOf('it is too long');
  if (CONTROL.test(trimmed.slice(written.length))) return doubtOf('it holds control characters');
  if (ANOTHER_AFTER_SPACE.test(trimmed.slice(written.length))) return doubtOf(HOLDS_ANOTHER);
  if (authority === undefined) return withoutAuthority(scheme, rest, doubtOf);
  if (authority.includes('@')) return doubtOf('it carries user information');
  if (authority.includes('\\')) return doubtOf('it has backslashes in its host');
  if (authority === '' && scheme === 'file') return inFile(rest, doubtOf);
  if (authority === '' && SPECIAL.has(scheme)) return doubtOf('it has no host where one must stand');
  if (authority === '') return { scheme, host: undefined, port: undefined, doubt: undefined };
  return withAuthority(trimmed, scheme, authority, doubtOf);
}

type Doubt = (doubt: string, facts?: Partial<UrlFacts>) => UrlFacts;

/** `http:example.com` has a host for browsers only; `view-source:http://…` has one for those who know the scheme. */
function withoutAuthority(scheme: string, rest: string, doubtOf: Doubt): UrlFacts {
  if (SPECIAL.has(scheme) && scheme !== 'file') return doubtOf('it has no host where one must stand');
  const inner = /^\s*(?:url:)?\s*([a-z][a-z0-9+.-]*):/i.exec(rest)?.[1]?.toLowerCase();
  if (inner !== undefined && isFetching(inner)) return doubtOf(HOLDS_ANOTHER);
  return scheme === 'file' ? inFile(rest, doubtOf) : { scheme, host: undefined, port: undefined, doubt: undefined };
}

/** Of `file:////host/share` and `file:\\host\share` some programs read a host. */
function inFile(path: string, doubtOf: Doubt): UrlFacts {
  if (/^[\\/]{2}|^[\\/]*\\/.test(path)) return doubtOf('it may name a host');
  return { scheme: 'file', host: undefined, port: undefined, doubt: undefined };
}

function withAuthority(trimmed: string, scheme: string, authority: string, doubtOf: Doubt): UrlFacts {
  const [, name = authority, digits] = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/.exec(authority) ?? [];
  const port = portOf(digits, scheme);
  if (port === undefined && digits !== undefined && digits !== '') return doubtOf('its port is not one');
  const host = readHost(name);
  if (typeof host === 'string') return doubtOf(host);
  if (SPECIAL.has(scheme) && !isPlainName(name) && !readsAlike(trimmed, host, port)) {
    return doubtOf('its host can be read in two ways', { host, port });
  }
  return { scheme, host, port, doubt: host.doubt };
}

/** Whether the URL standard, which most programs follow, finds the host and the port that RFC 3986 finds. */
function readsAlike(text: string, { host }: HostFacts, port: number | undefined): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, port: digits } = new URL(text);
  const scheme = protocol.slice(0, -1);
  // The name of this machine is dropped from file URLs.
  if (hostname === '') return scheme === 'file' && host === 'localhost';
  const found = readHost(hostname);
  return typeof found !== 'string' && found.host === host && portOf(digits, scheme) === port;
}

function portOf(digits: string | undefined, scheme: string | undefined): number | undefined {
  if (digits === undefined || digits === '') return USUAL_PORTS[scheme?.split('+').at(-1) ?? ''];
  if (!/^\d{1,5}$/.test(digits) || Number(digits) > MOST_PORT) return undefined;
  return Number(digits);
}

/** Reads `host`, `host:port` or either with a path; undefined when the text can be none of them. */
export function readBareHost(text: string): UrlFacts | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const trimmed = trim(text);
  if (CONTROL.test(trimmed)) return undefined;
  if (isIPv6(trimmed)) return bare(`[${trimmed.replace(ZONE, '')}]`, undefined);
  const [, name, digits] = HOST_AND_PORT.exec(trimmed) ?? [];
  if (name === undefined) return undefined;
  const port = portOf(digits, undefined);
  return port === undefined && digits !== undefined && digits !== '' ? undefined : bare(name, port);
}

function bare(name: string, port: number | undefined): UrlFacts | undefined {
  const host = readHost(name);
  return typeof host === 'string' ? undefined : { scheme: undefined, host, port, doubt: host.doubt };
}
