import type { Socket } from 'node:net';

/** One connection of a backend to the gateway. */
export class EgressClient {
  readonly socket: Socket;
  readonly #gone = new AbortController();
  readonly #askWithinMs: number;
  #deadline: NodeJS.Timeout | undefined;

  constructor(socket: Socket, askWithinMs: number) {
    this.socket = socket;
    this.#askWithinMs = askWithinMs;
    // The server it came from decides this otherwise, and has no reason to.
    socket.allowHalfOpen = true;
    // A connection that breaks ends, and its end is what everybody here waits for.
    socket.on('error', () => {});
    socket.once('close', () => {
      this.asked();
      this.#gone.abort();
    });
  }

  /** What is said inside of what this one says, which has as long for each question. */
  inside(socket: Socket): EgressClient {
    return new EgressClient(socket, this.#askWithinMs);
  }

  /** Aborted when the backend has closed it or it is ended. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** From now on it has so long to say what it wants, however slowly it does. */
  mustAsk(): void {
    this.asked();
    if (!this.socket.destroyed) this.#deadline = setTimeout(() => this.socket.destroy(), this.#askWithinMs);
  }

  /** It has said what it wants. */
  asked(): void {
    clearTimeout(this.#deadline);
  }
}
