import { chunksOf, type Line, type Outgoing } from '../wire/writer.ts';
import type { EventLog } from './event-log.ts';
import { eventOf, primingEvent, type SseConnection, storedEvent } from './sse.ts';

/**
 * One stream of a legacy session. It outlives its connections: what comes while there is none is kept, and goes to
 * the one that takes it up. Every message is on exactly one stream, and on one connection at a time.
 */
export class EventStream implements Outgoing {
  readonly number: number;
  readonly #tag: string;
  readonly #log: EventLog;
  #connection: SseConnection | undefined;
  #last = 0;
  /** The last event that was put on any connection. */
  #sent = 0;
  #over = false;
  /** Called when the reader of its connection falls behind, and when there is none that does any more. */
  onBehind: ((behind: boolean) => void) | undefined;

  /** `tag` is the session's, so that an id of another session means nothing here. */
  constructor(number: number, tag: string, log: EventLog) {
    this.number = number;
    this.#tag = tag;
    this.#log = log;
  }

  get connected(): boolean {
    return this.#connection !== undefined;
  }

  get over(): boolean {
    return this.#over;
  }

  get backlog(): number {
    return this.#connection?.backlog ?? 0;
  }

  put(line: Line): void {
    if (this.#over) return;
    const number = ++this.#last;
    const [first, ...more] = chunksOf([eventOf(line, `${this.#tag}-${this.number}-${number}`)]);
    const bytes = more.length === 0 ? first! : Buffer.concat([first!, ...more]);
    this.#log.add(this.number, number, bytes);
    this.#connection?.put(storedEvent(bytes));
    // A reader that is too far behind has lost its connection by now.
    if (this.#connection !== undefined) this.#sent = number;
  }

  flush(): void {
    this.#connection?.flush();
  }

  /** Takes up a connection in place of the one there was, and sends what came after event `number`. */
  resume(connection: SseConnection, number = this.#sent): void {
    this.#connection?.end();
    this.#connection = connection;
    connection.onClose = () => this.#detached(connection);
    connection.onBehind = (behind) => this.onBehind?.(behind);
    for (const event of this.#log.after(this.number, number)) connection.put(storedEvent(event.bytes));
    this.#sent = this.#last;
    if (this.#over) connection.end();
  }

  /** Lets whoever listens know that the stream is there. */
  begin(): void {
    this.#connection?.begin();
  }

  /** Sends an event that says nothing but its id (2025-11-25, Sending Messages). */
  prime(): void {
    this.#connection?.put(primingEvent(`${this.#tag}-${this.number}-${this.#last}`));
  }

  /** Lets go of whoever reads; what comes meanwhile is kept for a connection that takes it up. */
  letGo(): void {
    this.#connection?.end();
  }

  /** Nothing more will come on it. */
  finish(): void {
    this.#over = true;
    this.#connection?.end();
  }

  #detached(connection: SseConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.onBehind?.(false);
  }
}
