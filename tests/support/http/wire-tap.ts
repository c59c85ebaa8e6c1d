import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** Stands on the way to an HTTP server and keeps every byte that passes. */
export class WireTap {
  sent = '';
  answered = '';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(t: TestContext, target: string) {
    const { hostname, port } = new URL(target);
    this.#server = createServer((near) => {
      const far = connect(Number(port), hostname);
      near.on('data', (bytes: Buffer) => {
        this.sent += bytes.toString('latin1');
      });
      far.on('data', (bytes: Buffer) => {
        this.answered += bytes.toString('latin1');
      });
      near.pipe(far).pipe(near);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
    t.after(() => {
      this.#server.close();
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** Listens; resolves with the address in the place of the server's. */
  async listen(path = '/mcp'): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }
}
