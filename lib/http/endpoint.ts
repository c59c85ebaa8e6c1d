import { accountOf } from '../model/principal.ts';
import { isModern } from '../protocol/revisions.ts';
import type { Frame } from '../wire/frame.ts';
import { answerEmpty, type HttpRefusal } from './answers.ts';
import type { Asked } from './asked.ts';
import { readBody } from './body.ts';
import { claimedVersion } from './claims.ts';
import type { Door } from './door.ts';
import { accepts, carriesJson, headerLines } from './headers.ts';
import { LegacyEra } from './legacy.ts';
import { contradiction } from './mirrored.ts';
import { receiveModern } from './modern.ts';
import type { Pulse } from './pulse.ts';
import { methodNotAllowed, notJson, unacceptable, unreadable } from './refusals.ts';
import type { RunningRequests } from './running-requests.ts';
import type { Sessions } from './sessions.ts';
import type { Uploads } from './uploads.ts';

/** The MCP endpoint: both eras at one address, told apart by what the body of each message says. */
export class Endpoint {
  readonly #door: Door;
  readonly #pulse: Pulse;
  readonly #uploads: Uploads;
  readonly #running: RunningRequests;
  readonly #legacy: LegacyEra;

  constructor(door: Door, sessions: Sessions, pulse: Pulse, uploads: Uploads, running: RunningRequests) {
    this.#door = door;
    this.#pulse = pulse;
    this.#uploads = uploads;
    this.#running = running;
    this.#legacy = new LegacyEra(door, sessions, pulse);
  }

  take(asked: Asked): void {
    const { request } = asked;
    const method = request.method ?? '';
    const ofSession = headerLines(request, 'mcp-session-id').length > 0;
    asked.attempt(() => {
      if (method === 'POST') return this.#post(asked);
      if (ofSession && method === 'GET') return this.#legacy.get(asked);
      if (ofSession && method === 'DELETE') return this.#legacy.delete(asked);
      return methodNotAllowed(ofSession ? 'POST, GET, DELETE' : 'POST');
    });
  }

  #post(asked: Asked): HttpRefusal | undefined {
    const { request, proven } = asked;
    const { limits } = this.#door.config;
    if (!carriesJson(request)) return notJson();
    if (!accepts(request, 'application/json') || !accepts(request, 'text/event-stream')) {
      return unacceptable('application/json and text/event-stream');
    }
    readBody(request, limits, this.#uploads.begin(accountOf(proven.identity), limits), (body) =>
      asked.attempt(
        () => unreadable(body) ?? (typeof body === 'string' ? undefined : this.#message(asked, body.frame)),
      ),
    );
    return undefined;
  }

  /** The body says what era a message is of; what it leaves out, no header can add. */
  #message(asked: Asked, frame: Frame): HttpRefusal | undefined {
    if (frame.kind === 'request' || frame.kind === 'batch') {
      const refusal = this.#running.begin(asked);
      if (refusal !== undefined) return { ...refusal, id: frame.kind === 'request' ? frame.id : undefined };
    }
    if (frame.kind !== 'request' && frame.kind !== 'notification') return this.#legacy.post(asked, frame);
    const version = claimedVersion(frame);
    const id = frame.kind === 'request' ? frame.id : undefined;
    if (version === undefined && !this.#saysModern(asked)) return this.#legacy.post(asked, frame);
    if (frame.kind === 'request') return receiveModern(asked, frame, version, this.#door, this.#pulse);
    // No notification of the modern era goes this way; one that is sent all the same is none of anybody's business.
    const refusal = contradiction(asked.request, frame, version);
    if (refusal === undefined) answerEmpty(asked.response, 202);
    return refusal && { ...refusal, id };
  }

  /** Whether a message without a session has the header of a modern one, so that what is missing is in its body. */
  #saysModern({ request }: Asked): boolean {
    const lines = headerLines(request, 'mcp-protocol-version');
    return headerLines(request, 'mcp-session-id').length === 0 && lines.some((line) => isModern(line.trim()));
  }
}
