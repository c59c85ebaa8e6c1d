import { type ClientRequest, Agent as PlainAgent, type RequestOptions, request as requestPlainly } from 'node:http';
import { request as requestSecurely, Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { RemoteConfig } from '../../lib/model/config.ts';
import { guardedLookup, type Resolve } from './addresses.ts';
import { ConnectTimeout } from './failure.ts';

/** What waits long must not keep what is over at once from a connection: a cancellation, an answer to a question. */
export type Lane = 'lasting' | 'brief';

/** Names and values in turn: what goes with every request is looked at once, not made anew. */
export type HeaderList = readonly string[];

const MOST_SOCKETS: Readonly<Record<Lane, number>> = { lasting: 512, brief: 16 };
const MOST_IDLE_SOCKETS = 8;
/** Less than what common servers wait for the next request without saying so: it must not meet their closing. */
const IDLE_MS = 4000;
const MOST_HEADER_BYTES = 16 * 1024;

/** The connections to one server: kept for the next request, bounded, and only to addresses that are allowed. */
export class Pool {
  readonly #secure: boolean;
  readonly #agents: Readonly<Record<Lane, PlainAgent>>;
  readonly #connectMs: number;

  constructor(remote: RemoteConfig, resolve?: Resolve) {
    this.#secure = new URL(remote.url).protocol === 'https:';
    this.#connectMs = remote.connectTimeoutMs;
    const lookup = guardedLookup(remote, resolve);
    const Agent = this.#secure ? TlsAgent : PlainAgent;
    const agent = (lane: Lane) =>
      new Agent({
        keepAlive: true,
        maxSockets: MOST_SOCKETS[lane],
        maxFreeSockets: MOST_IDLE_SOCKETS,
        timeout: IDLE_MS,
        lookup,
      } as ConstructorParameters<typeof PlainAgent>[0]);
    this.#agents = { lasting: agent('lasting'), brief: agent('brief') };
  }

  /** Begins a request whose body, of `length` bytes, is still to be sent. */
  request(method: string, url: URL, headers: HeaderList, lane: Lane, length?: number): ClientRequest {
    const options: RequestOptions = {
      method,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: url.pathname + url.search,
      headers: ['Host', url.host, ...headers, ...(length === undefined ? [] : ['Content-Length', String(length)])],
      agent: this.#agents[lane],
      maxHeaderSize: MOST_HEADER_BYTES,
      insecureHTTPParser: false,
    };
    const request = this.#secure ? requestSecurely(options) : requestPlainly(options);
    request.once('socket', (socket) => this.#limitConnecting(request, socket));
    return request;
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #limitConnecting(request: ClientRequest, socket: Socket): void {
    if (!socket.connecting) return;
    const timer = setTimeout(() => request.destroy(new ConnectTimeout(this.#connectMs / 1000)), this.#connectMs);
    const settled = () => clearTimeout(timer);
    socket.once(this.#secure ? 'secureConnect' : 'connect', settled);
    socket.once('close', settled);
  }
}
