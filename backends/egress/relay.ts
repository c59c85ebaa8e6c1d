import { Agent, type IncomingMessage, request as requestThere, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, answerTo, badRequest, headersOf } from './answer.ts';
import type { EgressClient } from './client.ts';
import { closed } from './closed.ts';
import type { Connection } from './connection.ts';
import type { Connector } from './connector.ts';
import type { Destination } from './destination.ts';
import { endToEnd, type RelayedRequest } from './http-headers.ts';
import { denied, Refusal, USED_UP, unreachable } from './refusal.ts';
import { ProxyWay, type Way } from './way.ts';

/** Requests a client may have sent without waiting for their answers. */
const MOST_WAITING = 32;
/** Less than what common servers wait for the next request without saying so: it must not meet their closing. */
const IDLE_MS = 4000;
export const MOST_HEADER_BYTES = 32 * 1024;

/** Relays the requests of one client, one after the other and each judged anew, on one connection at a time. */
export class Relay {
  readonly #client: EgressClient;
  readonly #connector: Connector;
  readonly #way: Way;
  #kept: KeptConnection | undefined;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isOver = false;

  constructor(client: EgressClient, connector: Connector, way: Way = new ProxyWay(connector)) {
    this.#client = client;
    this.#connector = connector;
    this.#way = way;
    client.gone.addEventListener('abort', () => this.close(), { once: true });
  }

  /** Requests that have no answer yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Never throws and never rejects. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    this.#client.asked();
    this.#waiting++;
    if (this.#waiting > MOST_WAITING) {
      this.#client.socket.destroy();
      return;
    }
    this.#turn = this.#turn
      .then(() => this.#serve(request, response))
      .catch(() => this.#client.socket.destroy())
      .then(() => {
        this.#waiting--;
        if (this.#waiting === 0) this.#client.mustAsk();
      });
  }

  /** Nothing is left to be relayed. */
  close(): void {
    this.#isOver = true;
    this.#kept?.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isOver) return;
    const asked = this.#way.read(request);
    if (typeof asked === 'string') {
      this.#connector.unreadable(this.#way.via, asked);
      return this.#refuse(response, badRequest(asked));
    }
    const relayed = this.#way.completed(asked);
    if (relayed instanceof Refusal) return this.#refuse(response, answerTo(relayed, asked.to));
    const connected = await this.#connectionFor(relayed.to);
    if (connected instanceof Refusal) return this.#refuse(response, answerTo(connected, relayed.to));
    const refusal = await exchange(request, response, relayed, connected);
    if (refusal !== undefined) this.#refuse(response, answerTo(refusal, relayed.to));
  }

  /** The last answer on this connection: requests that follow it are not looked at. */
  #refuse(response: ServerResponse, what: Answer): void {
    this.close();
    answer(response, what);
  }

  /** The connection of the request before when it leads to the same place, and nothing has changed about that. */
  async #connectionFor(to: Destination): Promise<KeptConnection | Refusal> {
    const kept = this.#kept;
    if (kept?.mayServe(to) === true) return this.#connector.judgeAgain(kept.connection, this.#way.via) ?? kept;
    kept?.close();
    this.#kept = undefined;
    const connected = await this.#way.connect(to, this.#client.gone);
    if (connected instanceof Refusal) return connected;
    this.#kept = new KeptConnection(connected);
    if (this.#isOver) this.#kept.close();
    return this.#kept;
  }
}

/** A connection with the agent that uses it for one request after the other. */
class KeptConnection extends Agent {
  readonly connection: Connection;

  constructor(connection: Connection) {
    super({ keepAlive: true, maxSockets: 1, timeout: IDLE_MS });
    this.connection = connection;
  }

  override createConnection(): Socket {
    return this.connection.stream;
  }

  /** Whether it leads there and waits for a request. */
  mayServe({ host, port }: Destination): boolean {
    const { to } = this.connection;
    return to.host === host && to.port === port && Object.keys(this.freeSockets).length > 0;
  }

  close(): void {
    this.connection.end('closed');
  }
}

/** Sends the request on and its answer back; ends when both are over, with a refusal when there was no answer. */
async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  { to, path, headers, hasBody }: RelayedRequest,
  kept: KeptConnection,
): Promise<Refusal | undefined> {
  const { connection } = kept;
  const sent = requestThere({
    agent: kept,
    host: to.host,
    port: to.port,
    method: request.method,
    path,
    headers,
    setHost: false,
    maxHeaderSize: MOST_HEADER_BYTES,
    insecureHTTPParser: false,
  });
  const over = closed(sent);
  let failed: Error | undefined;
  sent.once('error', (error) => {
    failed = error;
  });
  // It is paused until there is somebody to read from it.
  sent.once('socket', (socket) => socket.resume());
  sent.once('response', (answered) => {
    if (!begin(response, answered)) sent.destroy();
  });
  response.once('close', () => {
    // An answer that came before the whole question leaves a connection on which nothing else can be asked.
    if (!response.writableFinished || !request.complete) sent.destroy();
  });
  if (connection.isLimited) request.on('data', (chunk: Buffer) => connection.count(chunk.length));
  request.once('error', () => sent.destroy());
  if (hasBody) request.pipe(sent);
  else sent.end();
  await over;
  if (!response.headersSent) return connection.outcome === 'capped' ? denied(USED_UP) : unreachable(failed);
  if (!response.closed) await closed(response);
  return undefined;
}

/** False for what the parser lets pass and Node does not send. */
function begin(response: ServerResponse, answered: IncomingMessage): boolean {
  // An answer that breaks must not look complete.
  answered.once('error', () => response.destroy());
  try {
    response.sendDate = false;
    response.writeHead(answered.statusCode!, answered.statusMessage, endToEnd(answered.rawHeaders));
  } catch {
    return false;
  }
  answered.pipe(response);
  return true;
}

function answer(response: ServerResponse, what: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(what.status, what.phrase, headersOf(what));
  response.end(what.body);
}
