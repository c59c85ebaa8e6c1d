import type { IncomingMessage } from 'node:http';
import { RPC } from '../../lib/protocol/revisions.ts';
import type { Frame } from '../../lib/wire/frame.ts';
import { type AnswerReader, type BodyKind, bodyKind } from './answer-reader.ts';
import { drain } from './drain.ts';
import { type Failure, SESSION_ENDED, statusFailure } from './failure.ts';
import type { UnderWay } from './fetching.ts';
import type { Life, OpenRequest } from './life.ts';
import { changesMissed } from './listening.ts';
import type { Message } from './message.ts';
import { modernHeaders } from './message-headers.ts';
import { JSON_BODY } from './post-unanswered.ts';
import { RetryDelay } from './retry-delay.ts';

/** A server that has answered ends the stream itself, usually, and the connection can be used again. */
const LINGER_MS = 1000;
/** How long a legacy server may still answer what was called off. */
const AFTER_CANCEL_MS = 10_000;
/** Attempts in a row to take up a stream again. */
const MOST_FAILURES = 3;

/** One request of ours: its POST, the stream it is answered on, and what takes that up again when it breaks. */
export class Post implements OpenRequest {
  readonly id: number;
  readonly message: Message;
  readonly #life: Life;
  readonly #delay = new RetryDelay();
  /** The server may have read it. */
  hasLeft = false;
  #fetching: UnderWay | undefined;
  #reader: AnswerReader | undefined;
  #timer: NodeJS.Timeout | undefined;
  #cancelled = false;
  /** Where its stream can be taken up again, as far as the server has said. */
  #lastId: string | undefined;
  #retryMs: number | undefined;
  /** The server has begun to answer with a stream. */
  #streamed = false;

  constructor(life: Life, id: number, message: Message) {
    this.#life = life;
    this.id = id;
    this.message = message;
  }

  /** Its facts stand in itself; closing its stream calls it off. */
  get modern(): boolean {
    return this.message.revision !== undefined;
  }

  start(): void {
    const { revision, bytes } = this.message;
    const { session, paramHeadersOf } = this.#life;
    const own = revision === undefined ? session.headers : modernHeaders(this.message, revision, paramHeadersOf);
    const headers = [...JSON_BODY, ...own];
    this.#fetching = this.#life.fetch(
      { method: 'POST', headers, body: bytes, lane: 'lasting', about: this.id },
      {
        sent: () => {
          this.hasLeft = true;
        },
        response: (response) => this.#respond(response),
        failed: (failure) => this.#failed(failure),
      },
    );
  }

  /** The client calls it off and the server was told so: its stream is not waited for much longer. */
  cancelled(): void {
    this.#cancelled = true;
    this.#delay.stop();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#life.forget(this.id);
      this.stop();
    }, AFTER_CANCEL_MS);
  }

  /** Ends everything about it; nothing is told any more. */
  stop(): void {
    this.#delay.stop();
    clearTimeout(this.#timer);
    this.#fetching?.abort();
    this.#reader?.stop();
  }

  #respond(response: IncomingMessage): void {
    const status = response.statusCode!;
    const kind = bodyKind(response);
    if (status < 200 || status > 299) return this.#refused(response, status, kind);
    if (this.message.method === 'initialize' && !this.#life.session.opened(response)) {
      drain(response);
      return this.#lost({ code: 'SP5014', text: 'gave a session id no header can carry' });
    }
    if (kind !== undefined && !this.#life.paired) return this.#read(response, kind);
    drain(response);
    if (this.#life.paired) return;
    const type = response.headers['content-type'];
    this.#lost({ code: 'SP5014', text: 'answered with neither JSON nor an event stream', hint: `type: ${type}` });
  }

  #refused(response: IncomingMessage, status: number, kind: BodyKind | undefined): void {
    const failure = statusFailure(status);
    if (status === 404 && this.#life.session.id !== undefined && !this.modern) {
      drain(response);
      return this.#life.end(SESSION_ENDED);
    }
    if (kind !== 'json' || status > 499 || failure.code === 'SP5012') {
      drain(response);
      return this.#refusedWithout(failure, status);
    }
    this.#reader = this.#life.read(response, kind, {
      frame: (frame) => {
        const ours = addressed(frame, this.id);
        if (ours.kind === 'reply' && ours.error !== undefined && ours.id?.key === this.id)
          this.#life.take(ours, this.id);
      },
      over: () => {
        if (this.#life.isOpen(this.id)) this.#refusedWithout(failure, status);
      },
    });
  }

  /** No JSON-RPC says why. To ask whether a server is modern, or of which kind it is, that can be the answer. */
  #refusedWithout(failure: Failure, status: number): void {
    const { method } = this.message;
    if (failure.notHere === true && method === 'server/discover')
      return this.#life.refuse(this.id, RPC.methodNotFound, `HTTP ${status}`);
    if (failure.notHere === true && method === 'initialize') return this.#life.tryEventStream(this, status);
    if (status > 499) this.#failed(failure);
    else this.#lost(failure);
  }

  #read(response: IncomingMessage, kind: BodyKind): void {
    if (this.#streamed) for (const frame of changesMissed(this.message)) this.#life.take(frame, this.id);
    this.#streamed = kind === 'events';
    this.#reader = this.#life.read(response, kind, {
      frame: (frame) => this.#frame(kind === 'json' ? addressed(frame, this.id) : frame),
      over: (complete) => this.#over(complete, kind),
    });
  }

  #frame(frame: Frame): void {
    this.#delay.succeeded();
    this.#life.take(frame, this.id);
    if (this.#life.isOpen(this.id) || this.#cancelled) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reader?.stop(), LINGER_MS);
  }

  #over(complete: boolean, kind: BodyKind): void {
    if (!this.#life.isOpen(this.id)) return clearTimeout(this.#timer);
    this.#lastId = this.#reader?.lastId ?? this.#lastId;
    this.#retryMs = this.#reader?.retryMs ?? this.#retryMs;
    if (complete) this.#delay.succeeded();
    if (this.#mayGoOn) return this.#delay.later(this.#retryMs, () => this.#goOn());
    if (kind === 'json' && complete) return this.#lost({ code: 'SP5014', text: 'answered with something else' });
    this.#lost({ code: 'SP5002', text: `${complete ? 'ended' : 'broke off'} its answer before it was complete` });
  }

  /** A legacy stream goes on where it broke off, a modern one never; to listen again does nothing twice. */
  get #mayGoOn(): boolean {
    if (this.#cancelled) return false;
    if (this.modern) return this.#isListening;
    return this.#lastId !== undefined && this.#delay.failures <= MOST_FAILURES;
  }

  get #isListening(): boolean {
    return this.#streamed && this.message.method === 'subscriptions/listen';
  }

  #goOn(): void {
    if (this.modern) return this.start();
    const headers = [...this.#life.session.headers, 'Last-Event-ID', this.#lastId!];
    this.#fetching = this.#life.fetch(
      { method: 'GET', headers, lane: 'lasting', about: this.id },
      { response: (response) => this.#resumed(response), failed: (failure) => this.#failed(failure) },
    );
  }

  #resumed(response: IncomingMessage): void {
    const status = response.statusCode!;
    if (status === 200 && bodyKind(response) === 'events') return this.#read(response, 'events');
    drain(response);
    if (status === 404 && this.#life.session.id !== undefined) return this.#life.end(SESSION_ENDED);
    if (status < 500) this.#lost(statusFailure(status));
    else this.#failed(statusFailure(status));
  }

  #failed(failure: Failure): void {
    if (this.#mayGoOn) this.#delay.later(this.#retryMs, () => this.#goOn());
    else this.#lost(failure);
  }

  #lost(failure: Failure): void {
    this.#life.lost(this, failure);
    this.stop();
  }
}

/** The only frame of a body answers the request it came for, also when the server could not read whose it was. */
function addressed(frame: Frame, id: number): Frame {
  if (frame.kind !== 'reply' || frame.id !== undefined || frame.error === undefined) return frame;
  return { ...frame, id: { key: id, raw: String(id) } };
}
