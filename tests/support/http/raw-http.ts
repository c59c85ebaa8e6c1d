import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Message } from '../mcp/lines.ts';

/** A request as it reached the server. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The JSON of its body; undefined without one. */
  readonly message: Message;
  readonly response: ServerResponse;
  /** The client has ended the connection before the answer was complete. */
  readonly left: Promise<void>;
}

type Answering = (received: Received) => void;

/** An HTTP server whose every answer the test decides. What nobody scripted is answered with 405. */
export class RawHttp {
  readonly received: Received[] = [];
  readonly #server: Server;
  readonly #scripts: [wanted: (received: Received) => boolean, answering: Answering][] = [];
  readonly #waiting = new Set<() => void>();

  constructor(t: TestContext) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('error', () => {});
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const left = new Promise<void>((resolve) => {
          response.once('close', () => {
            if (!response.writableFinished) resolve();
          });
        });
        const { method = '', url: path = '', headers } = request;
        const message = text === '' ? undefined : JSON.parse(text);
        this.#take({ method, path, headers, message, response, left });
      });
    });
    t.after(() => this.close());
  }

  /** Listens; resolves with the URL of its endpoint. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${this.port}/mcp`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that are open now. */
  connections(): Promise<number> {
    return new Promise((resolve) => this.#server.getConnections((_error, count) => resolve(count)));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Answers POSTs of `method`; the newest script for something counts. */
  onMessage(method: string, answering: Answering): void {
    this.on(({ message }) => message?.method === method, answering);
  }

  onGet(answering: Answering): void {
    this.on(({ method }) => method === 'GET', answering);
  }

  on(wanted: (received: Received) => boolean, answering: Answering): void {
    this.#scripts.unshift([wanted, answering]);
  }

  /** Plays the handshake of a legacy server, with a session when an id is given. */
  legacy(session?: string): void {
    this.onMessage('initialize', (received) => {
      if (session !== undefined) received.response.setHeader('Mcp-Session-Id', session);
      const { protocolVersion } = received.message.params;
      json(received, { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'raw', version: '1' } });
    });
    this.onMessage('notifications/initialized', ({ response }) => response.writeHead(202).end());
    this.onMessage('notifications/cancelled', ({ response }) => response.writeHead(202).end());
  }

  /** The newest request that `wanted` accepts, now or later. */
  async got(wanted: (received: Received) => boolean): Promise<Received> {
    for (;;) {
      const found = this.received.findLast(wanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  gotMessage(method: string): Promise<Received> {
    return this.got(({ message }) => message?.method === method);
  }

  #take(received: Received): void {
    this.received.push(received);
    const script = this.#scripts.find(([wanted]) => wanted(received));
    if (script === undefined) received.response.writeHead(405).end();
    else script[1](received);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Answers with a result as one JSON body. */
export function json({ message, response }: Received, result: Message): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
}

/** Begins to answer with an event stream. */
export function events({ response }: Received): ServerResponse {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.flushHeaders();
  return response;
}

/** One event that holds `message`. */
export function event(message: Message, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`;
}
