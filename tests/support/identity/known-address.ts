import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { endWith } from '../folder.ts';

/**
 * An address that is known before there is anything behind it, as that of a balancer is, so that a config can name it
 * while the gateway itself listens on whatever port is free. Bytes pass both ways as they are.
 */
export class KnownAddress {
  readonly origin: string;
  #port = 0;

  private constructor(origin: string) {
    this.origin = origin;
  }

  static async open(t: TestContext, scheme: 'http' | 'https' = 'http'): Promise<KnownAddress> {
    const sockets = new Set<Socket>();
    const keep = (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    };
    const server = createServer((near) => {
      const far = connect(own.#port, '127.0.0.1');
      keep(near);
      keep(far);
      near.pipe(far).pipe(near);
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const own = new KnownAddress(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`);
    endWith(t, async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return own;
  }

  /** Everything goes to whatever listens at `url` from now on. */
  leadTo(url: string): void {
    this.#port = Number(new URL(url).port);
  }
}
