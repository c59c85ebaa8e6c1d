import type { IncomingMessage } from 'node:http';

const MOST_BYTES = 64 * 1024;
const MOST_MS = 2000;

/** Reads a body nobody needs to its end, so that the connection can be used again; one without end is cut. */
export function drain(response: IncomingMessage): void {
  let left = MOST_BYTES;
  const timer = setTimeout(() => response.destroy(), MOST_MS);
  response.once('close', () => clearTimeout(timer));
  response.on('error', () => {});
  response.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) response.destroy();
  });
}
