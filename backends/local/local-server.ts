import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { ServingMode } from '../../lib/model/live-status.ts';
import { type Announced, announce, announcedIn, type ProcessId, socketOf, withdraw } from './announced.ts';
import { LocalConnection } from './local-connection.ts';
import type { LocalHandlers } from './local-handlers.ts';
import { makeRunFolder } from './run-folder.ts';
import { rememberClient, seenClients } from './seen-clients.ts';

export interface LocalPlace {
  readonly folder: string;
  /** Where the clients of all gateways of the user are remembered. */
  readonly stateDir: string;
  readonly own: ProcessId;
  readonly mode: ServingMode;
  readonly client: ProcessId | undefined;
}

const MOST_CLIENTS = 16;

/** The socket by which the user of this machine looks at a gateway that runs, and answers what it asks. */
export class LocalServer {
  readonly folder: string;
  readonly #place: LocalPlace;
  readonly #server: Server;
  readonly #connections = new Set<LocalConnection>();

  private constructor(place: LocalPlace, handlers: LocalHandlers) {
    this.#place = place;
    this.folder = place.folder;
    this.#server = createServer((socket) => this.#take(socket, handlers));
    this.#server.unref();
  }

  /** Listens and tells that it does. Throws where no folder can be had that is ours alone. */
  static async open(place: LocalPlace, handlers: LocalHandlers): Promise<LocalServer> {
    const folder = makeRunFolder(place.folder);
    if (place.client !== undefined) rememberClient(place.stateDir, place.client);
    const server = new LocalServer({ ...place, folder }, handlers);
    await server.#listen();
    return server;
  }

  /** All gateways of this user that run, this one first: whether or not its file is still there. */
  gateways(): Announced[] {
    const { folder, own, mode, client } = this.#place;
    return [{ ...own, mode, client, socket: socketOf(folder, own) }, ...announcedIn(folder)];
  }

  clients(): ProcessId[] {
    return seenClients(this.#place.stateDir);
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.end();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    withdraw(this.folder, this.#place.own);
    await closed;
  }

  #listen(): Promise<void> {
    const { own, mode, client } = this.#place;
    const path = socketOf(this.folder, own);
    // A process of this number that was killed may have left its own.
    rmSync(path, { force: true });
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, () => {
        this.#server.off('error', reject);
        this.#server.on('error', () => {});
        try {
          chmodSync(path, 0o600);
          announce(this.folder, { ...own, mode, client });
          resolve();
        } catch (error) {
          this.#server.close();
          reject(error);
        }
      });
    });
  }

  #take(socket: Socket, handlers: LocalHandlers): void {
    socket.unref();
    if (this.#connections.size >= MOST_CLIENTS) {
      const fault = { kind: 'busy', text: `${MOST_CLIENTS} others are connected: close some` };
      socket.on('error', () => {});
      socket.end(`${JSON.stringify({ v: 1, id: null, ok: false, error: fault })}\n`);
      socket.destroySoon();
      return;
    }
    const connection = new LocalConnection(socket, this, handlers);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }
}
