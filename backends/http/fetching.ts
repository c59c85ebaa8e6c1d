import type { ClientRequest, IncomingMessage } from 'node:http';
import { drain } from './drain.ts';
import { connectionFailure, type Failure } from './failure.ts';
import type { HeaderList, Lane, Pool } from './pool.ts';

/** One HTTP request as it is to be made. */
export interface Sending {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: HeaderList;
  readonly body?: Buffer | undefined;
  readonly lane: Lane;
}

/** What becomes of it: `response` or `failed`, once, unless it is aborted. */
export interface Outcome {
  response(response: IncomingMessage): void;
  failed(failure: Failure): void;
  /** The server's system has taken all of it. */
  sent?(): void;
  /** It has a response, has failed or was aborted; told before the others. */
  over?(): void;
}

/** A request that was begun; `abort` ends it, and nothing is told of it any more. */
export interface UnderWay {
  abort(): void;
}

const MOST_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Codes that ask for the same request again, body and all (RFC 9110, 15.4). */
const SAME_AGAIN: ReadonlySet<number> = new Set([307, 308]);

/** A request under way, with the redirects it meets; they are followed only to where the secrets may go anyway. */
export class Fetching implements UnderWay {
  readonly #pool: Pool;
  readonly #sending: Sending;
  readonly #outcome: Outcome;
  #request: ClientRequest | undefined;
  #redirects = 0;
  #over = false;

  constructor(pool: Pool, sending: Sending, outcome: Outcome) {
    this.#pool = pool;
    this.#sending = sending;
    this.#outcome = outcome;
    this.#send(sending.url);
  }

  /** Ends it, and the connection unless that is free already; nothing is told any more. */
  abort(): void {
    this.#end();
    this.#request?.destroy();
  }

  #send(url: URL): void {
    const { method, headers, body, lane } = this.#sending;
    const request = this.#pool.request(method, url, headers, lane, body?.length);
    this.#request = request;
    let sent = false;
    request.once('finish', () => {
      sent = true;
      this.#outcome.sent?.();
    });
    request.once('response', (response) => this.#respond(url, response));
    // A connection that breaks after the headers is told of by the response.
    request.on('error', (error) => {
      if (this.#request === request) this.#fail(connectionFailure(error, url.origin, sent));
    });
    request.end(body);
  }

  #respond(from: URL, response: IncomingMessage): void {
    response.on('error', () => {});
    if (this.#over) return void response.destroy();
    if (REDIRECTS.has(response.statusCode!)) return this.#redirect(from, response);
    this.#end();
    this.#outcome.response(response);
  }

  #redirect(from: URL, response: IncomingMessage): void {
    const { statusCode: status = 0, headers } = response;
    drain(response);
    const { location = '' } = headers;
    if (!URL.canParse(location, from.href)) return this.#unanswered(`redirects to nowhere (HTTP ${status})`);
    const to = new URL(location, from);
    if (to.origin !== from.origin || to.username !== '' || to.password !== '')
      return this.#fail({ code: 'SP5013', text: `redirects to ${placeOf(to)}, which is not where it is configured` });
    if (!SAME_AGAIN.has(status)) return this.#unanswered(`redirects with HTTP ${status}, which changes the request`);
    if (++this.#redirects > MOST_REDIRECTS) return this.#unanswered('redirects again and again');
    this.#send(to);
  }

  #unanswered(text: string): void {
    this.#fail({ code: 'SP5014', text });
  }

  #fail(failure: Failure): void {
    if (this.#over) return;
    this.#end();
    this.#outcome.failed(failure);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#outcome.over?.();
  }
}

/** Enough of a URL to see whose it is, and nothing that may be secret. */
function placeOf({ origin, protocol }: URL): string {
  return origin === 'null' ? protocol : origin;
}
