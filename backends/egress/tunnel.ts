import type { Socket } from 'node:net';
import type { Connection } from './connection.ts';

/**
 * Carries bytes both ways between a backend and its connection until both have ended. Either side may end its half
 * alone; when one breaks, the other one is reset, so that what is cut short does not look complete.
 */
export function tunnel(client: Socket, connection: Connection): void {
  const { socket } = connection;
  client.setNoDelay(true);
  breakTogether(client, socket);
  breakTogether(socket, client);
  if (connection.isLimited) client.on('data', (chunk: Buffer) => connection.count(chunk.length));
  client.pipe(socket);
  socket.pipe(client);
}

function breakTogether(one: Socket, other: Socket): void {
  if (one.destroyed) {
    reset(other);
    return;
  }
  one.once('error', () => reset(other));
  one.once('close', () => {
    // Having ended both halves, it may still be owed bytes by the other one, which ends by itself.
    if (!(one.readableEnded && one.writableFinished)) reset(other);
  });
}

function reset(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}
