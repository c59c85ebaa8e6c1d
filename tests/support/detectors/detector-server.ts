import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { endWith } from '../folder.ts';

export interface Posted {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** What a detector does with one question. */
export type Answering = (response: ServerResponse, posted: Posted) => void;

/** A detector on this machine that answers as it is told, and remembers what it was asked. */
export class DetectorServer {
  readonly url: string;
  readonly posted: Posted[] = [];
  readonly sockets = new Set<Socket>();
  /** How many connections were made to it. */
  connections = 0;
  answering: Answering;

  private constructor(url: string, answering: Answering) {
    this.url = url;
    this.answering = answering;
  }

  static async start(t: TestContext, answering: Answering): Promise<DetectorServer> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => {});
      response.on('error', () => {});
      request.on('end', () => {
        const posted = { request, body: Buffer.concat(chunks).toString('utf8') };
        detector.posted.push(posted);
        detector.answering(response, posted);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const detector = new DetectorServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}/judge`, answering);
    server.on('connection', (socket) => {
      detector.connections++;
      detector.sockets.add(socket);
      socket.once('close', () => detector.sockets.delete(socket));
    });
    endWith(t, async () => {
      server.close();
      for (const socket of detector.sockets) socket.destroy();
    });
    return detector;
  }

  /** The text of each question. */
  get texts(): string[] {
    return this.posted.map(({ body }) => JSON.parse(body).text);
  }
}

/** Answers with JSON. */
export function json(value: unknown, status = 200): Answering {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  };
}
