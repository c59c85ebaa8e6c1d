import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect, createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { endWith } from '../folder.ts';

/** Something that listens on this machine and notes who came. */
export interface Listening {
  readonly port: number;
  /** How often somebody came, those who came before this was asked included. */
  visits(): Promise<number>;
}

/** Counts connections at an address, or at a path; names that begin with a zero byte are in no folder. */
export async function tcpListener(t: TestContext, at: { host: string } | { path: string }): Promise<Listening> {
  let visits = 0;
  const server = createServer((socket) => {
    visits++;
    socket.on('error', () => {}).destroy();
  });
  server.listen('path' in at ? { path: at.path } : { host: at.host, port: 0 });
  await once(server, 'listening');
  endWith(t, async () => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  let own = 0;
  return {
    port,
    visits: async () => {
      // Who connects now is taken after all who have come before.
      own++;
      const socket = 'path' in at ? connect(at.path) : connect(port, at.host);
      await once(socket.resume(), 'close');
      return visits - own;
    },
  };
}

/** Counts datagrams at an address. */
export async function udpListener(t: TestContext, host: string): Promise<Listening> {
  const family = host.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket(family);
  let visits = 0;
  socket.on('message', (text) => {
    if (text.toString() === 'own') socket.emit('own');
    else visits++;
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  t.after(() => socket.close());
  const { port } = socket.address();
  return {
    port,
    visits: async () => {
      const sender: Socket = createSocket(family);
      const taken = once(socket, 'own');
      sender.send('own', port, host);
      await taken;
      sender.close();
      return visits;
    },
  };
}

/** A web server that notes the paths it was asked for and answers with what `answer` says. */
export async function webServer(
  t: TestContext,
  answer: (request: IncomingMessage) => { readonly status: number; readonly headers?: Record<string, string> },
): Promise<{ readonly port: number; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(`${request.headers.host} ${request.url}`);
    const { status, headers = {} } = answer(request);
    response.writeHead(status, { ...headers, Connection: 'close' }).end('served');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endWith(t, async () => void server.close());
  return { port: (server.address() as { port: number }).port, asked };
}
