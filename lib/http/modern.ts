import { isRefused, modernCaller } from '../gateway/caller.ts';
import { RPC } from '../protocol/revisions.ts';
import type { RequestFrame } from '../wire/frame.ts';
import { errorOf, type Line } from '../wire/writer.ts';
import type { HttpRefusal } from './answers.ts';
import type { Asked } from './asked.ts';
import type { Door, Visitor } from './door.ts';
import { headerLines } from './headers.ts';
import { contradiction } from './mirrored.ts';
import { type Events, PostResponse } from './post-response.ts';
import type { Pulse } from './pulse.ts';
import { eventOf, SseConnection } from './sse.ts';

/** Errors the status tells of as well (2026-07-28, streamable-http); all others are answers like any. */
const STATUS: ReadonlyMap<number, number> = new Map([
  [RPC.parse, 400],
  [RPC.invalidRequest, 400],
  [RPC.methodNotFound, 404],
  [RPC.headerMismatch, 400],
  [RPC.missingCapability, 400],
  [RPC.unsupportedVersion, 400],
]);

/**
 * Works on one request of a modern client, which says all of itself and leaves nothing behind: closing the response
 * before the answer calls it off. Answers how it is refused, if it never gets into the gateway.
 */
export function receiveModern(
  asked: Asked,
  frame: RequestFrame,
  version: unknown,
  door: Door,
  pulse: Pulse,
): HttpRefusal | undefined {
  const { request, response, proven } = asked;
  const refusal = contradiction(request, frame, version);
  if (refusal !== undefined) return refusal;
  const caller = modernCaller(frame.params);
  if (isRefused(caller)) return { status: 400, ...caller, id: frame.id };
  let visitor: Visitor | undefined;
  const end = () => {
    const leaving = visitor;
    visitor = undefined;
    if (leaving !== undefined) door.turn.run(() => leaving.end());
  };
  const post = new PostResponse(response, door.turn, pulse, {
    stream: () => new ModernEvents(new SseConnection(response, pulse)),
    status: statusOf,
    challenge: (scopes) => asked.stepUp(scopes),
    gone: end,
    over: end,
  });
  door.turn.run(() => {
    visitor = door.visit(proven.identity, caller.capabilities, post.out);
    visitor.headers = (header) => headerLines(request, header.toLowerCase());
    visitor.receive(frame, post);
  });
  return undefined;
}

/** The stream of one request; nothing of it can be had again. */
class ModernEvents implements Events {
  readonly #connection: SseConnection;

  constructor(connection: SseConnection) {
    this.#connection = connection;
  }

  get backlog(): number {
    return this.#connection.backlog;
  }

  begin(): void {
    this.#connection.begin();
  }

  put(line: Line): void {
    this.#connection.put(eventOf(line));
  }

  flush(): void {
    this.#connection.flush();
  }

  finish(): void {
    this.#connection.end();
  }
}

function statusOf(answer: Line): number {
  const code = errorOf(answer)?.member('code')?.json();
  return STATUS.get(code as number) ?? 200;
}
