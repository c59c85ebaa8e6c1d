import type { IncomingMessage } from 'node:http';
import type { RemoteConfig } from '../../lib/model/config.ts';
import type { Frame } from '../../lib/wire/frame.ts';
import type { AnswerReader, AnswerSink, BodyKind } from './answer-reader.ts';
import type { Failure } from './failure.ts';
import type { Outcome, Sending, UnderWay } from './fetching.ts';
import type { HttpPad } from './http-pad.ts';
import type { Message } from './message.ts';
import type { ParamHeadersOf } from './message-headers.ts';
import type { RemoteSession } from './remote-session.ts';

/** A request of ours that has no answer yet. */
export interface OpenRequest {
  readonly id: number;
  readonly message: Message;
  /** Sends it, or sends it again where nobody has read it. */
  start(): void;
}

/** An HTTP request within a life, which knows where to. */
export interface Request extends Omit<Sending, 'url'> {
  /** It goes to where the config says, wherever messages go. */
  readonly toConfigured?: boolean;
  /** The gateway's request it is made for; undefined where it is for none. */
  readonly about?: number | undefined;
}

/** What the parts of one life of an HTTP backend ask of the whole of it. */
export interface Life {
  readonly name: string;
  readonly pad: HttpPad;
  readonly remote: RemoteConfig;
  readonly session: RemoteSession;
  readonly paramHeadersOf: ParamHeadersOf;
  /** Messages are posted to where an event stream said, and answered on it (2024-11-05). */
  readonly paired: boolean;
  /** Makes a request to where messages go; what comes of it is told inside a turn. */
  fetch(request: Request, outcome: Outcome): UnderWay;
  /** Reads a body, as long as this life lasts. */
  read(response: IncomingMessage, kind: BodyKind, sink: AnswerSink): AnswerReader;
  /** Takes in a frame; `about` is the request on whose answer stream it came. */
  take(frame: Frame, about?: number): void;
  isOpen(id: number): boolean;
  /** A request will not be answered any more. */
  lost(request: OpenRequest, failure: Failure): void;
  /** Its answer is an error of ours. */
  refuse(id: number, code: number, text: string): void;
  /** Nobody waits for a request any more. */
  forget(id: number): void;
  /** Nothing sent will be answered any more. */
  end(failure: Failure): void;
  /** The server takes no messages where it is configured: perhaps it has an event stream there. None is an answer. */
  tryEventStream(request: OpenRequest, status: number): void;
}
