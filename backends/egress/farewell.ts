import type { Socket } from 'node:net';

/** How long the other side may take to read the last words. */
const LINGER_MS = 2000;

/** Says something and closes. What still arrives is read and dropped: closing over it could take the words away. */
export function farewell(socket: Socket, words: string | Buffer): void {
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroySoon());
  socket.end(words);
  socket.resume();
}
