import type { IncomingMessage } from 'node:http';
import type { ServerConfig } from '../model/server-config.ts';
import { headerLines } from './headers.ts';

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;
const LAST_PORT = 65_535;
/** What a browser says of requests of our own pages, and of those a person makes. */
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Who a request may say it is for, and from which web page. A page that had its name resolved to this machine
 * betrays itself by the Host header, every page by its Origin (2026-07-28, streamable-http, Security & Endpoint).
 */
export class Guard {
  /** Host names whatever the port, and hosts with the one port they are meant with. */
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #scheme: string;

  constructor({ host, publicUrl, allowedHosts, allowedOrigins, tls }: ServerConfig) {
    const url = publicUrl === undefined ? undefined : new URL(publicUrl);
    const listen = host === undefined ? [] : [host.includes(':') ? `[${host}]` : host];
    const named = url === undefined ? [] : [url.hostname];
    this.#hosts = new Set([...LOOPBACK, ...listen, ...named, ...allowedHosts].map((name) => name.toLowerCase()));
    this.#origins = new Set([...allowedOrigins, ...(url === undefined ? [] : [url.origin])]);
    this.#scheme = tls === undefined ? 'http' : 'https';
  }

  /** Whether the request names a host that is ours, once. */
  knowsHost(request: IncomingMessage): boolean {
    const lines = headerLines(request, 'host');
    return lines.length === 1 && this.isOurs(lines[0]!);
  }

  /** Whether this is a host of ours, with or without a port, as a Host header writes it. */
  isOurs(written: string): boolean {
    const host = written.toLowerCase();
    const [, name, port = ''] = HOST.exec(host) ?? [];
    // Nothing further inside could make a URL of it.
    if (Number(port) > LAST_PORT) return false;
    return name !== undefined && (this.#hosts.has(name) || this.#hosts.has(host));
  }

  /** Whether the config names this host with its port. */
  names(written: string): boolean {
    return this.#hosts.has(written.toLowerCase());
  }

  /**
   * Whether the page behind the request may use this server. A request that comes from no page has no Origin, and
   * neither has what a page only includes or leads to, of which browsers say where it comes from (Fetch Metadata).
   */
  allowsOrigin(request: IncomingMessage): boolean {
    const lines = headerLines(request, 'origin');
    if (lines.length === 0) return headerLines(request, 'sec-fetch-site').every((site) => OWN_SITES.has(site));
    const own = `${this.#scheme}://${request.headers.host?.toLowerCase()}`;
    return lines.length === 1 && (this.#origins.has(lines[0]!) || lines[0] === own);
  }
}
