import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { ServerConfig } from '../model/server-config.ts';
import { plainAddress, type TrustedProxies } from './client-address.ts';
import type { Guard } from './guard.ts';
import { headerLines } from './headers.ts';

/**
 * Tells the URL of a request as its client saw it. A proof is for one URL; were it taken from what anybody writes into a
 * header, a proof made for another server would do for this one.
 */
export class SeenUrls {
  readonly #endpoint: string;
  /** What goes before every path; undefined when the request says it. */
  readonly #fixed: string | undefined;
  readonly #publicEndpoint: string | undefined;
  readonly #proxies: TrustedProxies;
  readonly #guard: Guard;

  constructor({ path, publicUrl }: ServerConfig, proxies: TrustedProxies, guard: Guard) {
    this.#endpoint = path;
    this.#proxies = proxies;
    this.#guard = guard;
    if (publicUrl === undefined) return;
    const { origin, pathname } = new URL(publicUrl);
    const shown = pathname === '/' ? path : pathname;
    this.#publicEndpoint = origin + shown;
    this.#fixed = origin + (shown.endsWith(path) ? shown.slice(0, -path.length) : '');
  }

  /**
   * Without query; undefined when a proxy does not say clearly what it was asked for, and when the port is one nobody here
   * answers at: whoever writes the Host header may have the proof from whoever does.
   */
  of(request: IncomingMessage): string | undefined {
    return this.#fixed === undefined && !this.#isOurPort(request) ? undefined : this.toldBy(request);
  }

  /** The same as the request has it, to name this gateway to whoever sent it; it proves nothing. */
  toldBy(request: IncomingMessage): string | undefined {
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (this.#fixed !== undefined) return path === this.#endpoint ? this.#publicEndpoint : this.#fixed + path;
    const base = this.#baseOf(request);
    return base === undefined ? undefined : base + path;
  }

  /** Ports are mapped to ours where the config says so, or to the usual one, which is written nowhere. */
  #isOurPort({ headers: { host = '' }, socket }: IncomingMessage): boolean {
    const port = /:(\d+)$/.exec(host)?.[1];
    if (port === undefined || Number(port) === socket.localPort) return true;
    return this.#proxies.has(plainAddress(socket.remoteAddress)) || this.#guard.names(host);
  }

  #baseOf(request: IncomingMessage): string | undefined {
    const scheme = (request.socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
    const host = request.headers.host ?? '';
    if (!this.#proxies.has(plainAddress(request.socket.remoteAddress))) return `${scheme}://${host}`;
    const toldScheme = told(request, 'x-forwarded-proto', scheme)?.toLowerCase();
    const toldHost = told(request, 'x-forwarded-host', host);
    if ((toldScheme !== 'http' && toldScheme !== 'https') || toldHost === undefined) return undefined;
    return toldHost === host || this.#guard.isOurs(toldHost) ? `${toldScheme}://${toldHost}` : undefined;
  }
}

/** The one value of a header, or `otherwise` without it; undefined when there are several, of which nobody knows whose they are. */
function told(request: IncomingMessage, name: string, otherwise: string): string | undefined {
  const values = headerLines(request, name).flatMap((line) => line.split(','));
  return values.length > 1 ? undefined : (values[0]?.trim() ?? otherwise);
}
