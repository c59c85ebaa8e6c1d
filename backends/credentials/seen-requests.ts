import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { EgressVerdict, EgressVia } from '../../lib/model/egress.ts';
import { isLoopbackHost } from '../../lib/model/loopback.ts';
import { asText, badRequest } from '../egress/answer.ts';
import type { EgressClient } from '../egress/client.ts';
import type { Connection } from '../egress/connection.ts';
import type { Connector, Seeing } from '../egress/connector.ts';
import type { Destination } from '../egress/destination.ts';
import { farewell } from '../egress/farewell.ts';
import type { RelayedRequest } from '../egress/http-headers.ts';
import { Opening } from '../egress/opening.ts';
import { MOST_HEADER_BYTES, Relay } from '../egress/relay.ts';
import { tunnel } from '../egress/tunnel.ts';
import type { Authority } from './authority.ts';
import type { Placeholders } from './placeholders.ts';
import { SeenWay } from './seen-way.ts';
import { acceptTls } from './tls-ends.ts';

/** The first byte of a TLS handshake (RFC 8446, 5.1). */
const HANDSHAKE = 0x16;
const [CAPITAL_A, CAPITAL_Z] = [0x41, 0x5a];
const UNREADABLE = asText(badRequest('it is no request of HTTP/1.1'));

/** Sees what a backend sends to the hosts its secrets are for, and puts them in. */
export class SeenRequests implements Seeing {
  readonly #placeholders: Placeholders;
  readonly #authority: Authority;
  readonly #roots: () => SecureContext;
  readonly #closed: () => void;
  readonly #server: Server;
  readonly #relays = new WeakMap<object, Relay>();

  /** `roots` is what hosts must prove themselves by; `closed` is called when nothing is seen any more. */
  constructor(placeholders: Placeholders, authority: Authority, roots: () => SecureContext, closed: () => void) {
    this.#placeholders = placeholders;
    this.#authority = authority;
    this.#roots = roots;
    this.#closed = closed;
    this.#server = createServer({ maxHeaderSize: MOST_HEADER_BYTES, insecureHTTPParser: false, noDelay: true });
    // As at the door of the proxy: only the bytes of headers are limited, so that none is hidden from us.
    this.#server.maxHeadersCount = 0;
    this.#server.on('request', (request, response) => this.#relays.get(request.socket)?.serve(request, response));
    this.#server.on('clientError', (_, socket) => {
      if ((this.#relays.get(socket)?.waiting ?? 0) > 0) socket.destroy();
      else if (!socket.writableEnded) farewell(socket as Socket, UNREADABLE);
    });
  }

  sees(to: Destination): boolean {
    return this.#placeholders.isFor(to);
  }

  completed(request: RelayedRequest, isSecret: boolean): RelayedRequest | EgressVerdict {
    return this.#placeholders.filled(request, isSecret);
  }

  async serve(client: EgressClient, connection: Connection, via: EgressVia, connector: Connector): Promise<void> {
    const { socket, gone } = client;
    gone.addEventListener('abort', () => connection.end('closed'), { once: true });
    client.mustAsk();
    const opening = new Opening(socket);
    const first = await opening.take(1);
    opening.leave(first);
    const [byte] = first;
    if (byte === HANDSHAKE) {
      const { to } = connection;
      const inner = await acceptTls(socket, to, this.#authority.contextFor(to.host));
      client.asked();
      return this.#relay(client.inside(inner), new SeenWay(connection, via, connector, this.#roots), connector);
    }
    client.asked();
    if (isLoopbackHost(connection.to.host) && byte! >= CAPITAL_A! && byte! <= CAPITAL_Z!) {
      return this.#relay(client, new SeenWay(connection, via, connector, undefined), connector);
    }
    // What nobody has encrypted gets no secret, so there is nothing to be seen.
    tunnel(socket, connection);
  }

  close(): void {
    this.#closed();
  }

  #relay(client: EgressClient, way: SeenWay, connector: Connector): void {
    this.#relays.set(client.socket, new Relay(client, connector, way));
    client.mustAsk();
    this.#server.emit('connection', client.socket);
    client.socket.resume();
  }
}
