import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { answerTo, asText, badRequest } from './answer.ts';
import type { EgressClient } from './client.ts';
import type { Connector } from './connector.ts';
import { readAuthority } from './destination.ts';
import { farewell } from './farewell.ts';
import { onward } from './onward.ts';
import { Refusal } from './refusal.ts';
import { MOST_HEADER_BYTES, Relay } from './relay.ts';

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n';
const UNREADABLE = asText(badRequest('it is no request of HTTP/1.1'));

interface Served {
  readonly client: EgressClient;
  readonly relay: Relay;
}

/** The proxy for HTTP: CONNECT (RFC 9110, 9.3.6) and requests with a whole URL (RFC 9112, 3.2.2). */
export class HttpDoor {
  readonly #connector: Connector;
  readonly #server: Server;
  readonly #served = new WeakMap<Duplex, Served>();

  constructor(connector: Connector) {
    this.#connector = connector;
    this.#server = createServer({ maxHeaderSize: MOST_HEADER_BYTES, insecureHTTPParser: false, noDelay: true });
    // What goes over the limit would be hidden from us and not from the parser, so only their bytes are limited.
    this.#server.maxHeadersCount = 0;
    this.#server.on('request', (request, response) => {
      this.#served.get(request.socket)?.relay.serve(request, response);
    });
    this.#server.on('connect', (request, socket, head) => {
      // After this event nobody else has the socket, and there is nobody a fault could be told.
      this.#tunnel(request, socket as Socket, head).catch(() => socket.destroy());
    });
    this.#server.on('clientError', (_, socket) => {
      // In the middle of an answer it would be taken for a part of it.
      if ((this.#served.get(socket)?.relay.waiting ?? 0) > 0) socket.destroy();
      else if (!socket.writableEnded) farewell(socket as Socket, UNREADABLE);
    });
  }

  /** Serves a client of which nothing has been read, or everything put back. */
  serve(client: EgressClient): void {
    this.#served.set(client.socket, { client, relay: new Relay(client, this.#connector) });
    this.#server.emit('connection', client.socket);
    client.socket.resume();
  }

  async #tunnel({ url = '' }: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const served = this.#served.get(socket);
    // With answers owed on the same connection nobody could tell what belongs to what.
    if (served === undefined || served.relay.waiting > 0) {
      socket.destroy();
      return;
    }
    const { client } = served;
    client.asked();
    served.relay.close();
    if (head.length > 0) socket.unshift(head);
    const to = readAuthority(url);
    if (typeof to === 'string') {
      this.#connector.unreadable('connect', to);
      return farewell(socket, asText(badRequest(to)));
    }
    const connected = await this.#connector.connect(to, 'connect', client.gone);
    if (connected instanceof Refusal) return farewell(socket, asText(answerTo(connected, to)));
    socket.write(ESTABLISHED);
    onward(client, connected, 'connect', this.#connector);
  }
}
