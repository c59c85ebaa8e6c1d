import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Proven } from '../identity/proven.ts';
import type { ByteBudget } from '../wire/budget.ts';
import type { Door, Visitor } from './door.ts';
import { EventLog } from './event-log.ts';
import { EventStream } from './event-stream.ts';
import type { Pulse } from './pulse.ts';
import { SseConnection, storedEvent } from './sse.ts';

const ID_BYTES = 32;
const TAG_BYTES = 6;
/** Revision from which on a stream may begin with an event that says nothing but its id. */
const PRIMED_FROM = '2025-11-25';
const EVENT_ID = /^([\w-]+)-(\d+)-(\d+)$/;
/** Number of the stream that belongs to no request. */
const STANDALONE = 0;

/** One endpoint for everything (2025-03-26 on), or a path for each direction (2024-11-05). */
export type Transport = 'streamable' | 'pair';

/** A session of a legacy client: whom it belongs to, and its streams (2025-11-25, basic/transports). */
export class LegacySession {
  /** Unguessable, but no proof of anything: every request is authenticated on its own. */
  readonly id = randomBytes(ID_BYTES).toString('base64url');
  /** The newest proof of whose it is; each request is judged by its own. */
  proven: Proven;
  readonly transport: Transport;
  readonly visitor: Visitor;
  /** Carries what belongs to no request; there from the beginning, whether a client listens or not. */
  readonly standalone: EventStream;
  /** When it was last used, in monotonic milliseconds. */
  lastUsed: number;
  /** Its client has come back with its id; one that went away during the handshake may never have seen it. */
  claimed = false;
  /** Requests that are being worked on or answered. */
  running = 0;
  readonly #door: Door;
  readonly #pulse: Pulse;
  readonly #tag = randomBytes(TAG_BYTES).toString('hex');
  readonly #log: EventLog;
  /** Streams of requests that are not over, by their number. */
  readonly #streams = new Map<number, EventStream>();
  readonly #behind = new Set<EventStream>();
  #nextStream = STANDALONE + 1;
  #ended = false;

  constructor(door: Door, proven: Proven, transport: Transport, pulse: Pulse, replay: ByteBudget) {
    this.#door = door;
    this.#pulse = pulse;
    this.#log = new EventLog(replay);
    this.proven = proven;
    this.transport = transport;
    this.lastUsed = pulse.now();
    this.standalone = this.#stream(STANDALONE);
    this.visitor = door.openSession(proven.identity, this.standalone);
  }

  /** Whether anything of it is going on, so that it is not idle however long it takes. */
  get busy(): boolean {
    return this.running > 0 || this.standalone.connected;
  }

  /** Makes the response to a request a stream of its own. */
  openStream(response: ServerResponse): EventStream {
    const stream = this.#stream(this.#nextStream++);
    this.#streams.set(stream.number, stream);
    stream.resume(new SseConnection(response, this.#pulse));
    if ((this.visitor.revision ?? '') >= PRIMED_FROM) stream.prime();
    return stream;
  }

  /** The answer of a stream was put, so it is not to be taken up any more; its last events may be asked for again. */
  closeStream({ number }: EventStream): void {
    this.#streams.delete(number);
  }

  /** Listens to what belongs to no request. Who listened before is let go: only one connection may have a message. */
  listen(response: ServerResponse): void {
    this.standalone.resume(new SseConnection(response, this.#pulse));
    this.standalone.begin();
  }

  /** Takes up the stream of event `lastEventId` behind that event; false when there is nothing to be had. */
  resume(lastEventId: string, response: ServerResponse): boolean {
    const [, tag, stream, event] = EVENT_ID.exec(lastEventId) ?? [];
    if (tag !== this.#tag) return false;
    const number = Number(stream);
    const open = number === STANDALONE ? this.standalone : this.#streams.get(number);
    const missed = this.#log.after(number, Number(event));
    if (open !== undefined) {
      open.resume(new SseConnection(response, this.#pulse), Number(event));
      open.begin();
    } else if (missed.length > 0) {
      const connection = new SseConnection(response, this.#pulse);
      for (const { bytes } of missed) connection.put(storedEvent(bytes));
      connection.end();
    }
    return open !== undefined || missed.length > 0;
  }

  /** Closes all its connections; it goes on when its client comes back. */
  letGo(): void {
    this.standalone.letGo();
    for (const stream of this.#streams.values()) stream.letGo();
  }

  /** Ends it and all that runs for it. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#door.turn.run(() => this.visitor.end());
    this.standalone.finish();
    for (const stream of this.#streams.values()) stream.finish();
    this.#streams.clear();
    this.#log.clear();
  }

  #stream(number: number): EventStream {
    const stream = new EventStream(number, this.#tag, this.#log);
    stream.onBehind = (behind) => this.#fellBehind(stream, behind);
    return stream;
  }

  #fellBehind(stream: EventStream, behind: boolean): void {
    const before = this.#behind.size;
    if (behind) this.#behind.add(stream);
    else this.#behind.delete(stream);
    if (this.#ended || before === this.#behind.size || (before > 0 && this.#behind.size > 0)) return;
    this.#door.turn.run(() => this.visitor.keepsUp(this.#behind.size === 0));
  }
}
