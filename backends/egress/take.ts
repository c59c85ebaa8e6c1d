import { once } from 'node:events';
import type { Socket } from 'node:net';

/** The other side ended, or broke, before it had sent what it began. */
export class EndedEarly extends Error {}

/** Reads exactly `length` bytes, and leaves what follows them to whoever reads next. Throws {@link EndedEarly}. */
export async function take(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = socket.read(length);
    if (bytes !== null && bytes.length === length) return bytes;
    if (bytes !== null || socket.readableEnded || socket.destroyed) throw new EndedEarly();
    await readable(socket);
  }
}

/** Until there is more to read, or nothing ever. */
async function readable(socket: Socket): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race(['readable', 'end', 'close'].map((name) => once(socket, name, { signal })));
  } finally {
    settled.abort();
  }
}
