import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { endWith } from '../folder.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver does with a request. */
export type Receiving = (response: ServerResponse, received: Received) => void;

export const takes: Receiving = (response) => void response.writeHead(202).end('ok');

/** A receiver of notices on this machine: it does as it is told, and keeps what came. */
export class Receiver {
  readonly url: string;
  readonly received: Received[] = [];
  receiving: Receiving;
  readonly #heard = new Set<() => void>();

  private constructor(url: string, receiving: Receiving) {
    this.url = url;
    this.receiving = receiving;
  }

  static async start(t: TestContext, receiving: Receiving = takes): Promise<Receiver> {
    const sockets = new Set<Socket>();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => {});
      response.on('error', () => {});
      request.on('end', () => {
        const { url: path = '', headers } = request;
        const received = { path, headers, body: Buffer.concat(chunks).toString('utf8') };
        receiver.received.push(received);
        receiver.receiving(response, received);
        for (const hear of receiver.#heard) hear();
      });
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const receiver = new Receiver(`http://127.0.0.1:${port}/services/T00/B00/s3cr3tpath`, receiving);
    endWith(t, async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return receiver;
  }

  get bodies(): Record<string, unknown>[] {
    return this.received.map(({ body }) => JSON.parse(body));
  }

  /** Settles when so many requests have come. */
  async got(count: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = () => {
        if (this.received.length < count) return;
        this.#heard.delete(look);
        resolve();
      };
      this.#heard.add(look);
      look();
    });
  }
}
