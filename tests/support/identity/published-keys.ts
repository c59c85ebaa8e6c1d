import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { endWith } from '../folder.ts';

export interface AskedOf {
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** Publishes keys and answers questions about tokens, as a test tells it. */
export class PublishedKeys {
  readonly origin: string;
  readonly asked: AskedOf[] = [];
  /** Answers a request; by default with what is published. */
  answering: (response: ServerResponse, asked: AskedOf) => void;
  /** The text of the key set. */
  published = '{"keys":[]}';

  private constructor(origin: string) {
    this.origin = origin;
    this.answering = (response) => response.end(this.published);
  }

  static async start(t: TestContext): Promise<PublishedKeys> {
    const sockets = new Set<Socket>();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => {});
      response.on('error', () => {});
      request.on('end', () => {
        const asked = { path: request.url ?? '', body: Buffer.concat(chunks).toString(), headers: request.headers };
        own.asked.push(asked);
        own.answering(response, asked);
      });
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const own = new PublishedKeys(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    endWith(t, async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return own;
  }
}
