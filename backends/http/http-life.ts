import type { IncomingMessage } from 'node:http';
import type { Authorization, OnBehalf } from '../../lib/model/authorization.ts';
import type { Loss } from '../../lib/model/call.ts';
import type { RemoteConfig } from '../../lib/model/config.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { VERSION } from '../../lib/model/version.ts';
import { BATCH_REVISION, RPC } from '../../lib/protocol/revisions.ts';
import { type Frame, parseId } from '../../lib/wire/frame.ts';
import type { Channel } from '../../lib/wire/link.ts';
import { parseFrame } from '../../lib/wire/reader.ts';
import { AnswerReader, type AnswerSink, type BodyKind } from './answer-reader.ts';
import { AuthorizedFetching } from './authorized-fetching.ts';
import { drain } from './drain.ts';
import { openEventPair } from './event-pair.ts';
import type { Failure } from './failure.ts';
import { Fetching, type Outcome, type Sending, type UnderWay } from './fetching.ts';
import type { HttpPad } from './http-pad.ts';
import type { Life, OpenRequest, Request } from './life.ts';
import { cancelledId, type Message } from './message.ts';
import type { ParamHeadersOf } from './message-headers.ts';
import { Outbox } from './outbox.ts';
import { type HeaderList, Pool } from './pool.ts';
import { Post } from './post.ts';
import { postUnanswered } from './post-unanswered.ts';
import { RemoteSession } from './remote-session.ts';
import { ServerStream } from './server-stream.ts';

/** What one life of an HTTP backend tells its server. */
export interface LifeEvents {
  up(channel: Channel): void;
  frame(frame: Frame, about?: number): void;
  lost(id: number, loss: Loss): void;
  /** Nothing sent will be answered any more. */
  ended(failure: Failure): void;
  readonly paramHeadersOf: ParamHeadersOf;
  /** For whom a request of the gateway is made, or the connection itself where there is none. */
  onBehalf(id: number | undefined): OnBehalf | undefined;
  /** The handshake is done: from now on what fails is a single request. */
  isReady(): boolean;
}

const ERROR_FRAME = { maxFrameBytes: 64 * 1024, maxJsonDepth: 8 };

/** From the first message to a server until it is gone: one session, where there are sessions. */
export class HttpLife implements Life, Channel {
  readonly name: string;
  readonly pad: HttpPad;
  readonly remote: RemoteConfig;
  readonly session = new RemoteSession();
  readonly out: Outbox;
  paired = false;
  readonly #events: LifeEvents;
  readonly #pool: Pool;
  readonly #open = new Map<number, Post>();
  readonly #fetchings = new Set<UnderWay>();
  /** Makes headers for each request; undefined where all have the same. */
  readonly #authorization: Authorization | undefined;
  readonly #readers = new Set<AnswerReader>();
  readonly #stream: ServerStream;
  readonly #everyTime: HeaderList;
  #endpoint: URL;
  #paused = false;
  #over = false;

  constructor(
    name: string,
    remote: RemoteConfig,
    pad: HttpPad,
    events: LifeEvents,
    authorization: Authorization | undefined,
  ) {
    this.name = name;
    this.remote = remote;
    this.pad = pad;
    this.#events = events;
    this.#authorization = authorization;
    this.#pool = new Pool(remote, pad.resolve);
    this.#endpoint = new URL(remote.url);
    this.#everyTime = headersOf(remote);
    this.#stream = new ServerStream(this);
    this.out = new Outbox((message) => this.#send(message), pad.tap?.(name));
  }

  get paramHeadersOf(): ParamHeadersOf {
    return this.#events.paramHeadersOf;
  }

  begin(): void {
    if (this.remote.transport === 'sse')
      this.#pair(
        (failure) => this.end(failure),
        () => this.#events.up(this),
      );
    else this.#events.up(this);
  }

  pause(): void {
    this.#paused = true;
    for (const reader of this.#readers) reader.pause();
  }

  resume(): void {
    this.#paused = false;
    for (const reader of this.#readers) reader.resume();
  }

  end(failure: Failure): void {
    if (this.#over) return;
    this.stop();
    this.#events.ended(failure);
  }

  /** Ends everything at once. */
  stop(): void {
    this.#halt();
    this.#pool.close();
  }

  /** Ends everything, and lets the server know within `ms`, where it keeps a session for us. */
  async leave(ms: number): Promise<void> {
    this.#halt();
    if (this.session.id !== undefined) await this.#delete(ms);
    this.#pool.close();
  }

  #halt(): void {
    this.#over = true;
    this.#stream.stop();
    for (const post of this.#open.values()) post.stop();
    this.#open.clear();
    for (const reader of this.#readers) reader.stop();
    this.#readers.clear();
    for (const fetching of this.#fetchings) fetching.abort();
  }

  #delete(ms: number): Promise<void> {
    const headers = [...this.#everyTime, ...this.session.headers];
    return new Promise((resolve) => {
      const outcome: Outcome = { over: resolve, failed: () => {}, response: drain };
      const sending: Sending = { method: 'DELETE', url: this.#endpoint, headers, lane: 'brief' };
      const fetching = this.#begin(sending, outcome, undefined);
      setTimeout(() => fetching.abort(), ms).unref();
    });
  }

  fetch({ method, headers, body, lane, toConfigured, about }: Request, outcome: Outcome): UnderWay {
    const url = toConfigured === true ? new URL(this.remote.url) : this.#endpoint;
    const sending = { method, url, headers: [...this.#everyTime, ...headers], body, lane };
    const taken = this.out.load(body);
    const told: Outcome = {
      sent: () => {
        taken();
        outcome.sent?.();
      },
      over: () => {
        taken();
        this.#fetchings.delete(fetching);
        outcome.over?.();
      },
      response: (response) => this.#unlessOver(() => outcome.response(response)),
      failed: (failure) => this.#unlessOver(() => outcome.failed(failure)),
    };
    const fetching = this.#begin(sending, told, about);
    this.#fetchings.add(fetching);
    return fetching;
  }

  #begin(sending: Sending, outcome: Outcome, about: number | undefined): UnderWay {
    const authorization = this.#authorization;
    if (authorization === undefined) return new Fetching(this.#pool, sending, outcome);
    return new AuthorizedFetching(authorization, this.#events.onBehalf(about), this.#pool, sending, outcome);
  }

  read(response: IncomingMessage, kind: BodyKind, sink: AnswerSink): AnswerReader {
    const reader = new AnswerReader(response, kind, this.name, this.pad, sink);
    this.#readers.add(reader);
    response.once('close', () => this.#readers.delete(reader));
    if (this.#paused) reader.pause();
    return reader;
  }

  take(frame: Frame, about?: number): void {
    if (this.#over) return;
    for (const key of answered(frame, this.session.revision === BATCH_REVISION)) this.#settle(key, frame);
    this.#events.frame(frame, about);
  }

  isOpen(id: number): boolean {
    return this.#open.has(id);
  }

  forget(id: number): void {
    this.#open.delete(id);
  }

  lost({ id }: OpenRequest, failure: Failure): void {
    if (!this.#open.has(id)) return;
    if (!this.#events.isReady()) return this.end(failure);
    const doubt = failure.code === 'SP5002' ? '; what was asked may have been done' : '';
    if (this.paired) this.#open.get(id)!.stop();
    this.#open.delete(id);
    this.#events.lost(id, { code: failure.code, text: `${this.name} ${failure.text}${doubt}` });
  }

  refuse(id: number, code: number, message: string): void {
    const text = safeJson({ jsonrpc: '2.0', id, error: { code, message } });
    this.take(parseFrame(Buffer.from(text), ERROR_FRAME), id);
  }

  tryEventStream(request: OpenRequest, status: number): void {
    const none = (text: string) => this.refuse(request.id, RPC.methodNotFound, text);
    if (this.remote.transport !== 'auto') return none(`HTTP ${status}`);
    const failed = (failure: Failure) => {
      if (failure.notHere === true) none(`HTTP ${status}, and as a server of 2024-11-05 it ${failure.text}`);
      else this.lost(request, failure);
    };
    this.#pair(failed, () => request.start());
  }

  #pair(failed: (failure: Failure) => void, then: () => void): void {
    openEventPair(this, {
      failed,
      ready: (endpoint) => {
        this.paired = true;
        this.#endpoint = endpoint;
        then();
      },
    });
  }

  #send(message: Message): void {
    if (this.#over) return;
    const called = cancelledId(message);
    if (called !== undefined && !this.#mustHearOfCancelling(called)) return;
    if (message.id !== undefined) this.#request(message, message.id);
    else if (message.method === 'notifications/initialized') this.#initialized(message);
    else postUnanswered(this, message, () => {});
  }

  #request(message: Message, id: number): void {
    if (this.paired && message.method === 'server/discover') {
      setImmediate(() => this.#unlessOver(() => this.refuse(id, RPC.methodNotFound, 'a server of 2024-11-05')));
      return;
    }
    const post = new Post(this, id, message);
    this.#open.set(id, post);
    post.start();
  }

  /** Requests on other connections could be faster than the news that the session is initialized, so they wait. */
  #initialized(message: Message): void {
    const letGo = this.out.hold();
    postUnanswered(this, message, () => {
      if (!this.paired) this.#stream.open();
      letGo();
    });
  }

  /** What has not left is not sent; the end of its stream tells a modern server; only a legacy one is told. */
  #mustHearOfCancelling(id: string | number): boolean {
    const post = typeof id === 'number' ? this.#open.get(id) : undefined;
    if (post === undefined) return false;
    if (post.hasLeft && !post.modern) {
      post.cancelled();
      return true;
    }
    this.#open.delete(post.id);
    post.stop();
    return false;
  }

  #settle(key: string | number, frame: Frame): void {
    const post = typeof key === 'number' ? this.#open.get(key) : undefined;
    if (post === undefined) return;
    if (post.message.method === 'initialize') this.session.agreed(frame);
    this.#open.delete(post.id);
    if (this.paired) post.stop();
  }

  #unlessOver(work: () => void): void {
    if (!this.#over) this.pad.turn(work);
  }
}

/** Headers that go with every request. */
function headersOf({ headers }: RemoteConfig): HeaderList {
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'user-agent');
  const agent = named ? [] : ['User-Agent', `sallyport/${VERSION}`];
  return ['Accept', 'application/json, text/event-stream', ...agent, ...Object.entries(headers).flat()];
}

/** The ids of the requests a frame answers, as the gateway will see it. */
function answered(frame: Frame, batches: boolean): (string | number)[] {
  if (frame.kind === 'reply') return frame.id === undefined ? [] : [frame.id.key];
  if (frame.kind === 'malformed')
    return frame.id !== undefined && (frame.as === 'reply' || frame.code === 'SP8004') ? [frame.id.key] : [];
  if (frame.kind !== 'batch' || !batches) return [];
  return frame.elements.flatMap((element) => parseId(element.member('id')?.text())?.key ?? []);
}
