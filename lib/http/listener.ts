import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerConfig } from '../model/server-config.ts';
import { neighbourhoodOf, plainAddress, TrustedProxies } from './client-address.ts';
import type { TlsFiles } from './tls.ts';

const HEADER_BYTES = 16 * 1024;
const HEADERS_MS = 10_000;
/** A connection on which nothing moves for so long is broken off; streams say something more often. */
const SILENT_MS = 120_000;
const CHECK_MS = 2000;
/** Requests a client may send on one connection ahead of their answers. */
const MOST_AHEAD = 16;

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** The socket others connect to, with a limit on everything one of them could take from the rest. */
export class Listener {
  readonly #server: Server;
  readonly #config: ServerConfig;
  readonly #proxies: TrustedProxies;
  readonly #byAddress = new Map<string, number>();
  readonly #ahead = new WeakMap<Socket, number>();

  private constructor(server: Server, config: ServerConfig) {
    this.#server = server;
    this.#config = config;
    this.#proxies = new TrustedProxies(config.trustedProxies);
    server.maxConnections = config.limits.maxConnections;
    server.timeout = SILENT_MS;
    server.on('connection', (socket: Socket) => this.#connected(socket));
  }

  /** Begins to listen; rejects when that is not possible. With `tls`, everything is encrypted. */
  static async open(config: ServerConfig, tls: TlsFiles | undefined, handle: Handle): Promise<Listener> {
    const { requestTimeoutMs, idleTimeoutMs } = config.limits;
    const options = {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: Math.min(HEADERS_MS, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: idleTimeoutMs,
      connectionsCheckingInterval: CHECK_MS,
      keepAlive: true,
      noDelay: true,
    };
    const server =
      tls === undefined ? createServer(options) : (await import('./tls-server.ts')).tlsServer(tls, options);
    const listener = new Listener(server, config);
    server.on('request', (request, response) => listener.#requested(request, response, handle));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return listener;
  }

  /** Where it really listens. */
  get url(): string {
    const { port, address } = this.#server.address() as AddressInfo;
    const scheme = this.#config.tls === undefined ? 'http' : 'https';
    const host = this.#config.host ?? address;
    return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${this.#config.path}`;
  }

  /** Connections that are open. */
  get connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    );
  }

  /** Accepts nobody any more, and lets go of connections nobody uses. */
  stop(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** Breaks off what is left. */
  close(): void {
    this.stop();
    this.#server.closeAllConnections();
  }

  #connected(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress);
    const from = neighbourhoodOf(address);
    const count = this.#byAddress.get(from) ?? 0;
    if (count >= this.#config.limits.maxConnectionsPerAddress && !this.#proxies.has(address)) {
      socket.destroy();
      return;
    }
    this.#byAddress.set(from, count + 1);
    socket.once('close', () => {
      const left = this.#byAddress.get(from)! - 1;
      if (left === 0) this.#byAddress.delete(from);
      else this.#byAddress.set(from, left);
    });
  }

  #requested(request: IncomingMessage, response: ServerResponse, handle: Handle): void {
    const { socket } = request;
    const ahead = (this.#ahead.get(socket) ?? 0) + 1;
    if (ahead > MOST_AHEAD) {
      socket.destroy();
      return;
    }
    this.#ahead.set(socket, ahead);
    response.once('close', () => this.#ahead.set(socket, this.#ahead.get(socket)! - 1));
    response.on('error', () => {});
    handle(request, response);
  }
}
