import type { Tap } from '../../lib/wire/link.ts';
import type { Line, Outgoing } from '../../lib/wire/writer.ts';
import { type Message, messageOf } from './message.ts';

/** What a message costs besides its bytes while it waits: many small ones must not look like nothing. */
const EACH = 4096;

/** Takes lines as the writer of a stream does, and lets each go as a message of its own. */
export class Outbox implements Outgoing {
  readonly #send: (message: Message) => void;
  readonly #tap: Tap | undefined;
  #messages: Message[] = [];
  #waiting = 0;
  /** Bytes that are on their way and have not been taken. */
  #unsent = 0;
  #held = false;

  constructor(send: (message: Message) => void, tap: Tap | undefined) {
    this.#send = send;
    this.#tap = tap;
  }

  put(line: Line): void {
    const message = messageOf(line);
    this.#messages.push(message);
    this.#waiting += weight(message.bytes);
  }

  get backlog(): number {
    return this.#waiting + this.#unsent;
  }

  flush(): void {
    while (this.#messages.length > 0 && !this.#held) {
      const message = this.#messages.shift()!;
      this.#waiting -= weight(message.bytes);
      this.#tap?.('out', message.bytes);
      this.#send(message);
    }
  }

  /** Nothing leaves any more until what this answers is called. */
  hold(): () => void {
    this.#held = true;
    return () => {
      this.#held = false;
      this.flush();
    };
  }

  /** Counts a body that is being sent; to be called back once it is not any more. */
  load(body: Buffer | undefined): () => void {
    let bytes = body === undefined ? 0 : weight(body);
    this.#unsent += bytes;
    return () => {
      this.#unsent -= bytes;
      bytes = 0;
    };
  }
}

function weight(bytes: Buffer): number {
  return bytes.length + EACH;
}
