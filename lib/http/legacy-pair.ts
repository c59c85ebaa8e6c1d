import { accountOf } from '../model/principal.ts';
import { answerEmpty, type HttpRefusal } from './answers.ts';
import type { Asked } from './asked.ts';
import { readBody } from './body.ts';
import type { Door } from './door.ts';
import { accepts, carriesJson } from './headers.ts';
import type { Pulse } from './pulse.ts';
import { methodNotAllowed, notJson, tooManySessions, unacceptable, unknownSession, unreadable } from './refusals.ts';
import type { Sessions } from './sessions.ts';
import { endpointEvent, SseConnection } from './sse.ts';
import type { Uploads } from './uploads.ts';

export const EVENTS_PATH = '/sse';
export const MESSAGES_PATH = '/messages';
const SESSION = 'session_id';

/** The deprecated transport of 2024-11-05: a stream for everything to the client, and a path for all that it sends. */
export class LegacyPair {
  readonly #door: Door;
  readonly #sessions: Sessions;
  readonly #pulse: Pulse;
  readonly #uploads: Uploads;

  constructor(door: Door, sessions: Sessions, pulse: Pulse, uploads: Uploads) {
    this.#door = door;
    this.#sessions = sessions;
    this.#pulse = pulse;
    this.#uploads = uploads;
  }

  take(asked: Asked, path: string, query: string): void {
    const { method } = asked.request;
    asked.attempt(() => {
      if (path === EVENTS_PATH && method === 'GET') return this.#listen(asked);
      if (path === MESSAGES_PATH && method === 'POST') return this.#message(asked, query);
      return methodNotAllowed(path === EVENTS_PATH ? 'GET' : 'POST');
    });
  }

  /** A session that lives as long as its stream. */
  #listen({ request, response, proven }: Asked): HttpRefusal | undefined {
    if (!accepts(request, 'text/event-stream')) return unacceptable('text/event-stream');
    const session = this.#sessions.open(proven, 'pair');
    if (session === undefined) return tooManySessions(undefined);
    const connection = new SseConnection(response, this.#pulse);
    connection.put(endpointEvent(`${this.#prefix}${MESSAGES_PATH}?${SESSION}=${session.id}`));
    response.once('close', () => this.#sessions.end(session));
    session.standalone.resume(connection);
    connection.flush();
    return undefined;
  }

  #message(asked: Asked, query: string): HttpRefusal | undefined {
    const { request, response, proven } = asked;
    const { limits } = this.#door.config;
    if (!carriesJson(request)) return notJson();
    const find = () => this.#sessions.find(new URLSearchParams(query).get(SESSION) ?? '', proven, 'pair');
    if (find() === undefined) return unknownSession();
    readBody(request, limits, this.#uploads.begin(accountOf(proven.identity), limits), (body) =>
      asked.attempt(() => {
        const refusal = unreadable(body);
        if (refusal !== undefined || typeof body === 'string') return refusal;
        // It may have ended while the body was on its way.
        const session = find();
        if (session === undefined) return unknownSession();
        answerEmpty(response, 202);
        this.#door.turn.run(() => session.visitor.receive(body.frame, undefined, proven.identity));
        return undefined;
      }),
    );
    return undefined;
  }

  /** What a reverse proxy puts in front of our paths, as far as the public URL shows it. */
  get #prefix(): string {
    const { publicUrl, path } = this.#door.config.server;
    const outside = publicUrl === undefined ? '' : new URL(publicUrl).pathname;
    return outside.endsWith(path) ? outside.slice(0, -path.length) : '';
  }
}
