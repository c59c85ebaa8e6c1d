import { RPC } from '../protocol/revisions.ts';
import type { Frame, RequestFrame } from '../wire/frame.ts';
import { errorOf } from '../wire/writer.ts';
import { answerEmpty, type HttpRefusal, refused } from './answers.ts';
import type { Asked } from './asked.ts';
import type { Door } from './door.ts';
import { accepts, headerLines } from './headers.ts';
import type { LegacySession } from './legacy-session.ts';
import { PostResponse } from './post-response.ts';
import type { Pulse } from './pulse.ts';
import type { Sessions } from './sessions.ts';

const RETRY_SECONDS = '10';
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
    if (!accepts(request, 'text/event-stream')) return refused(406, RPC.invalidRequest, 'Accept: text/event-stream');
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
  #find({ request, holder }: Asked): LegacySession | HttpRefusal {
    const [id, ...more] = headerLines(request, 'mcp-session-id');
    if (id === undefined || more.length > 0) {
      const message = 'Mcp-Session-Id is missing or stands twice: send `initialize` first';
      return refused(400, RPC.invalidRequest, message, { code: 'SP8009' });
    }
    const session = this.#sessions.find(id.trim(), holder);
    if (session === undefined) return refused(404, RPC.invalidRequest, 'Session not found', { code: 'SP8022' });
    const said = headerLines(request, 'mcp-protocol-version');
    if (said.every((version) => version.trim() === session.visitor.revision) && said.length <= 1) return session;
    return refused(400, RPC.invalidRequest, 'MCP-Protocol-Version is not that of the session', { code: 'SP8021' });
  }

  #open(asked: Asked, frame: RequestFrame): HttpRefusal | undefined {
    const { request, response, holder } = asked;
    const { id } = frame;
    if (headerLines(request, 'mcp-session-id').length > 0) {
      return refused(400, RPC.invalidRequest, 'Already initialized', { code: 'SP8010', id });
    }
    const session = this.#door.turn.result(() => this.#sessions.open(holder));
    if (session === undefined) {
      const headers = { 'Retry-After': RETRY_SECONDS };
      return refused(503, RPC.limited, 'Too many sessions (SP8023)', { code: 'SP8023', id, headers });
    }
    response.setHeader('Mcp-Session-Id', session.id);
    let failed = false;
    const post = new PostResponse(response, this.#door.turn, this.#pulse, {
      stream: () => this.#stream(session, response),
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
}
