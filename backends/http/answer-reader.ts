import type { IncomingMessage } from 'node:http';
import type { Frame } from '../../lib/wire/frame.ts';
import { MeteredReader } from '../../lib/wire/metered-reader.ts';
import { EventDecoder } from './event-decoder.ts';
import type { HttpPad } from './http-pad.ts';

/** Hears what a body holds; each call is inside a turn. */
export interface AnswerSink {
  frame(frame: Frame): void;
  /** Nothing more comes. `complete` unless the connection broke. */
  over(complete: boolean): void;
  /** An event that is no message, with the beginning of its data. */
  event?(type: string, data: string): void;
}

/** How a body holds its frames: it is one, or each of its events is. */
export type BodyKind = 'json' | 'events';

const MOST_EVENT_TEXT = 4096;

/** What a response says its body is; undefined for what no frame can be read from. */
export function bodyKind({ headers }: IncomingMessage): BodyKind | undefined {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') return undefined;
  const type = (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (type === 'text/event-stream') return 'events';
  return type === 'application/json' ? 'json' : undefined;
}

/** Reads the frames out of the body of one response as its bytes come. */
export class AnswerReader {
  readonly #response: IncomingMessage;
  readonly #sink: AnswerSink;
  readonly #reader: MeteredReader;
  readonly #events: EventDecoder | undefined;
  /** False while the end of an event is noted that is no message. */
  #isMessage = true;
  /** Beginnings of the data of events that are no messages. */
  #text: Buffer[] = [];
  #textBytes = 0;
  #over = false;

  constructor(response: IncomingMessage, kind: BodyKind, backend: string, pad: HttpPad, sink: AnswerSink) {
    this.#response = response;
    this.#sink = sink;
    const take = (frame: Frame) => {
      if (this.#isMessage && !this.#over) sink.frame(frame);
    };
    this.#reader = new MeteredReader(pad.limits, pad.budget, take, 'whole');
    if (kind === 'events') {
      this.#events = new EventDecoder({ data: (bytes) => this.#data(bytes), end: (type) => this.#endEvent(type) });
    }
    const tap = pad.tap?.(backend);
    response.on('data', (chunk: Buffer) => {
      tap?.('in', chunk);
      pad.turn(() => this.#push(chunk));
    });
    response.once('end', () => pad.turn(() => this.#end()));
    response.once('close', () => pad.turn(() => this.#end()));
  }

  /** Where the stream can be taken up again. */
  get lastId(): string | undefined {
    return this.#events?.lastId;
  }

  get retryMs(): number | undefined {
    return this.#events?.retryMs;
  }

  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  /** Reads nothing more and tells nothing more. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#reader.drop();
    this.#response.destroy();
  }

  #push(chunk: Buffer): void {
    if (this.#over) return;
    if (this.#events === undefined) this.#reader.push(chunk);
    else this.#events.push(chunk);
  }

  #data(bytes: Buffer): void {
    if (this.#over) return;
    this.#reader.push(bytes);
    if (this.#sink.event === undefined || this.#textBytes >= MOST_EVENT_TEXT) return;
    this.#textBytes += bytes.length;
    this.#text.push(bytes);
  }

  #endEvent(type: string): void {
    if (this.#over) return;
    const text = Buffer.concat(this.#text).toString('utf8', 0, MOST_EVENT_TEXT);
    this.#text = [];
    this.#textBytes = 0;
    this.#isMessage = type === 'message';
    this.#reader.end();
    if (!this.#isMessage) this.#sink.event?.(type, text);
    this.#isMessage = true;
  }

  /** An event that has not ended is none (HTML, 9.2.6); neither is a body that broke off. */
  #end(): void {
    if (this.#over) return;
    const { complete } = this.#response;
    if (complete && this.#events === undefined) this.#reader.end();
    if (this.#over) return;
    this.#over = true;
    this.#reader.drop();
    this.#sink.over(complete);
  }
}
