import { lookup } from 'node:dns';
import type { Server, Socket } from 'node:net';
import { type Clock, systemClock } from '../../lib/model/clock.ts';
import type { EgressLog, EgressRules } from '../../lib/model/egress.ts';
import type { Resolve } from '../http/addresses.ts';
import { EgressClient } from './client.ts';
import { Connector, type Seeing } from './connector.ts';
import { type Destination, readPair } from './destination.ts';
import { HttpDoor } from './http-door.ts';
import { onward } from './onward.ts';
import { Opening } from './opening.ts';
import { Refusal } from './refusal.ts';
import { SOCKS5, serveSocks } from './socks.ts';

export interface EgressProxyOptions {
  readonly backend: string;
  readonly rules: EgressRules;
  readonly log: EgressLog;
  /** Bytes in both directions over all connections together; undefined for any. */
  readonly maxBytes: number | undefined;
  readonly connectTimeoutMs: number;
  /** Connections of the backend that may be open at a time; others are closed at once. */
  readonly maxConnections: number;
  readonly resolve?: Resolve;
  /** How long a connection may take to say where it is to lead, or to send its next request. */
  readonly askWithinMs?: number;
  readonly clock?: Clock;
  /** What must see some requests before they are sent, and ends with the proxy. */
  readonly seeing?: Seeing | undefined;
}

/** One host and port, which all connections to a listener lead to. */
export interface Forward {
  readonly host: string;
  readonly port: number;
}

const ASK_WITHIN_MS = 30_000;
/** Methods of HTTP begin with capital letters; what begins otherwise is none of our protocols. */
const [CAPITAL_A, CAPITAL_Z] = [0x41, 0x5a];

/** The way of one backend to the network: it asks here, and the gateway connects for it to what its rules allow. */
export class EgressProxy {
  readonly #connector: Connector;
  readonly #http: HttpDoor;
  readonly #maxConnections: number;
  readonly #askWithinMs: number;
  readonly #servers = new Set<Server>();
  readonly #clients = new Set<EgressClient>();
  #closed = false;

  constructor(options: EgressProxyOptions) {
    this.#connector = new Connector({
      ...options,
      resolve: options.resolve ?? lookup,
      clock: options.clock ?? systemClock,
    });
    this.#http = new HttpDoor(this.#connector);
    this.#maxConnections = options.maxConnections;
    this.#askWithinMs = options.askWithinMs ?? ASK_WITHIN_MS;
  }

  /** Takes the connections of a server: as a proxy, or each to `forward`. Throws when `forward` names no host. */
  accept(server: Server, forward?: Forward): void {
    const to = forward && readPair(forward.host, forward.port);
    if (typeof to === 'string') throw new Error(`${forward?.host}:${forward?.port}: ${to}`);
    this.#servers.add(server);
    server.on('error', () => server.close());
    server.once('close', () => this.#servers.delete(server));
    server.on('connection', (socket) => this.#take(socket, to));
    if (this.#closed) server.close();
  }

  /** Ends everything; resolves when every connection has ended and is recorded. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const server of this.#servers) server.close();
    const ended = this.#connector.close();
    for (const { socket } of this.#clients) socket.destroy();
    this.#connector.seeing?.close();
    await ended;
  }

  #take(socket: Socket, forward: Destination | undefined): void {
    if (this.#closed || this.#clients.size >= this.#maxConnections) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const client = new EgressClient(socket, this.#askWithinMs);
    this.#clients.add(client);
    socket.once('close', () => this.#clients.delete(client));
    const served = forward === undefined ? this.#serve(client) : this.#forward(client, forward);
    // Whoever ends before having asked gets no answer.
    served.catch(() => socket.destroy());
  }

  async #serve(client: EgressClient): Promise<void> {
    const { socket } = client;
    client.mustAsk();
    const opening = new Opening(socket);
    const first = await opening.take(1);
    const [byte] = first;
    if (byte === SOCKS5) await serveSocks(client, opening, this.#connector);
    else if (byte! >= CAPITAL_A! && byte! <= CAPITAL_Z!) {
      opening.leave(first);
      this.#http.serve(client);
    } else socket.destroy();
  }

  async #forward(client: EgressClient, to: Destination): Promise<void> {
    const { socket, gone } = client;
    const connected = await this.#connector.connect(to, 'forward', gone);
    if (connected instanceof Refusal) socket.resetAndDestroy();
    else onward(client, connected, 'forward', this.#connector);
  }
}
