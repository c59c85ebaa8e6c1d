import { RPC } from '../protocol/revisions.ts';
import type { Frame, RequestFrame } from '../wire/frame.ts';
import { errorOf } from '../wire/writer.ts';
import { answerEmpty, type HttpRefusal, refused } from './answers.ts';
import type { Asked } from './asked.ts';
import type { Door } from './door.ts';
import type { EventStream } from './event-stream.ts';
import { accepts, headerLines } from './headers.ts';
import type { LegacySession } from './legacy-session.ts';
import { PostResponse } from './post-response.ts';
import type { Pulse } from './pulse.ts';
import { tooManySessions, unacceptable, unknownSession } from './refusals.ts';
import type { Sessions } from './sessions.ts';

/** Where answers go to what has none. */
const NOWHERE = { send: () => {}, aside: () => {}, nothing: () => {} };

/** Legacy clients on the endpoint (2025-03-26 to 2025-11-25): sessions, and streams that outlive their connections. */
export class LegacyEra {
  readonly #door: Door;
  readonly #sessions: Sessions;
  readonly #pulse: Pulse;

  constructor(door: Door, sessions: Sessions, pulse: Pulse) {
    this.#door = door;
    this.#sessions = sessions;
    this.#pulse = pulse;
  }

  /** Takes a message of a session, or the one that begins it. Answers how it is refused, if it is. */
  post(asked: Asked, frame: Frame): HttpRefusal | undefined {
    const id = frame.kind === 'request' ? frame.id : undefined;
    if (frame.kind === 'request' && frame.method === 'initialize') return this.#open(asked, frame);
    const session = this.#find(asked);
    if (isRefusal(session)) return { ...session, id };
    this.#receive(asked, frame, session);
    return undefined;
  }

  /** Opens the stream of what belongs to no request, or takes up one that was lost. */
  get(asked: Asked): HttpRefusal | undefined {
    const { request, response } = asked;
    if (!accepts(request, 'text/event-stream')) return unacceptable('text/event-stream');
    const session = this.#find(asked);
    if (isRefusal(session)) return session;
    const [last, ...more] = headerLines(request, 'last-event-id');
    if (more.length > 0) return refused(400, RPC.invalidRequest, 'Last-Event-ID stands twice');
    if (last === undefined) session.listen(response);
    // No content tells an event source that there is nothing to come back for (HTML, Server-sent events).
    else if (!session.resume(last.trim(), response)) answerEmpty(response, 204);
    return undefined;
  }

  delete(asked: Asked): HttpRefusal | undefined {
    const session = this.#find(asked);
    if (isRefusal(session)) return session;
    this.#sessions.end(session);
    answerEmpty(asked.response, 204);
    return undefined;
  }

  /** The session a request names, which must be the asker's and speak the revision the request says. */
  #find({ request, proven }: Asked): LegacySession | HttpRefusal {
    const [id, ...more] = headerLines(request, 'mcp-session-id');
    if (id === undefined || more.length > 0) {
      const message = 'Mcp-Session-Id is missing or stands twice: send `initialize` first';
      return refused(400, RPC.invalidRequest, message, { code: 'SP8009' });
    }
    const session = this.#sessions.find(id.trim(), proven, 'streamable');
    if (session === undefined) return unknownSession();
    const said = headerLines(request, 'mcp-protocol-version');
    if (said.every((version) => version.trim() === session.visitor.revision) && said.length <= 1) return session;
    return refused(400, RPC.invalidRequest, 'MCP-Protocol-Version is not that of the session', { code: 'SP8021' });
  }

  #open(asked: Asked, frame: RequestFrame): HttpRefusal | undefined {
    const { request, response, proven } = asked;
    const { id } = frame;
    if (headerLines(request, 'mcp-session-id').length > 0) {
      return refused(400, RPC.invalidRequest, 'Already initialized', { code: 'SP8010', id });
    }
    const session = this.#sessions.open(proven, 'streamable');
    if (session === undefined) return tooManySessions(id);
    response.setHeader('Mcp-Session-Id', session.id);
    let failed = false;
    const post = new PostResponse(response, this.#door.turn, this.#pulse, {
      stream: () => session.openStream(response),
      status: () => 200,
      answered: (answer) => {
        failed = errorOf(answer) !== undefined;
        if (failed && !response.headersSent) response.removeHeader('Mcp-Session-Id');
      },
      gone: () => this.#sessions.end(session),
      over: () => {
        session.running--;
        if (failed) this.#sessions.end(session);
      },
    });
    session.running++;
    this.#door.turn.run(() => session.visitor.receive(frame, post));
    return undefined;
  }

  #receive(asked: Asked, frame: Frame, session: LegacySession): void {
    const { response, proven } = asked;
    const { visitor } = session;
    const { turn } = this.#door;
    if (frame.kind === 'notification' || frame.kind === 'reply') {
      turn.run(() => visitor.receive(frame, NOWHERE, proven.identity));
      return answerEmpty(response, 202);
    }
    let stream: EventStream | undefined;
    const post = new PostResponse(response, turn, this.#pulse, {
      stream: () => {
        stream = session.openStream(response);
        return stream;
      },
      // An answer that is an error of the call itself comes like any; a batch that may not be is no message at all.
      status: (answer) => (frame.kind === 'batch' && errorOf(answer) !== undefined ? 400 : 200),
      elsewhere: session.standalone,
      challenge: (scopes) => asked.stepUp(scopes),
      over: () => {
        session.running--;
        if (stream !== undefined) session.closeStream(stream);
      },
    });
    session.running++;
    turn.run(() => visitor.receive(frame, post, proven.identity));
  }
}

function isRefusal(found: LegacySession | HttpRefusal): found is HttpRefusal {
  return 'status' in found;
}
