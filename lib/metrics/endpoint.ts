import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetricsConfig } from '../model/metrics-config.ts';

export interface EndpointOptions extends Pick<MetricsConfig, 'host' | 'port' | 'endpoint' | 'token'> {
  /** Whether it can be reached from this machine only, so that it is called by no other name. */
  readonly isLocal: boolean;
  /** Ports that are tried after one that is taken. */
  readonly further: number;
  readonly contentType: string;
  read(): Promise<string>;
}

const HEADER_BYTES = 8 * 1024;
const HEADERS_MS = 5000;
const SILENT_MS = 30_000;
const MOST_CONNECTIONS = 32;
const LAST_PORT = 65_535;
const LOCAL_HOST = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d{1,5})?$/i;

/** Where metrics are read over HTTP: one path, one method, and nobody it is not meant for. */
export class MetricsEndpoint {
  readonly #server: Server;
  readonly #options: EndpointOptions;

  private constructor(server: Server, options: EndpointOptions) {
    this.#server = server;
    this.#options = options;
    server.maxConnections = MOST_CONNECTIONS;
    server.timeout = SILENT_MS;
    server.on('request', (request, response) => void this.#answer(request, response));
    // A client that breaks off is no news.
    server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** Listens on the port, or one of the next few that is free; rejects when none is. */
  static async open(options: EndpointOptions): Promise<MetricsEndpoint> {
    const { port, further } = options;
    for (let at = port; ; at++) {
      const server = createServer({
        maxHeaderSize: HEADER_BYTES,
        headersTimeout: HEADERS_MS,
        requestTimeout: HEADERS_MS,
      });
      try {
        await listening(server, at, options.host);
        return new MetricsEndpoint(server, options);
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        if (!isTaken || port === 0 || at >= port + further || at >= LAST_PORT) throw error;
      }
    }
  }

  /** Where it really listens. */
  get url(): string {
    const { port, address } = this.#server.address() as AddressInfo;
    const host = this.#options.host ?? address;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}${this.#options.endpoint}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const { isLocal, endpoint, token, contentType } = this.#options;
    // A web page that had its name resolved to this machine betrays itself by it.
    if (isLocal && !LOCAL_HOST.test(request.headers.host ?? '')) return end(response, 403);
    if (token !== undefined && !isShown(request, token)) {
      response.setHeader('WWW-Authenticate', 'Bearer realm="metrics"');
      return end(response, 401);
    }
    if (request.url?.split('?', 1)[0] !== endpoint) return end(response, 404);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return end(response, 405);
    }
    try {
      const text = await this.#options.read();
      response.setHeader('Content-Type', contentType);
      end(response, 200, request.method === 'HEAD' ? '' : text);
    } catch {
      end(response, 503);
    }
  }
}

function end(response: ServerResponse, status: number, text = ''): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // Whoever is refused has to begin anew.
  if (status !== 200) response.setHeader('Connection', 'close');
  response.writeHead(status);
  response.end(text);
}

/** Digests are of one length, so the comparison takes as long whatever was shown. */
function isShown({ headers }: IncomingMessage, token: string): boolean {
  const [, shown] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  return shown !== undefined && timingSafeEqual(digest(shown), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function listening(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
