import type { Socket } from 'node:net';

/** The other side ended, or broke, before it had sent what it began. */
export class EndedEarly extends Error {}

/** Reads the beginning of a connection piece by piece, and leaves what follows to whoever is next. */
export class Opening {
  readonly #socket: Socket;
  #held: Buffer = Buffer.alloc(0);
  #wake = () => {};
  #isOver = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.pause();
    socket.on('data', this.#more);
    socket.on('end', this.#end);
    socket.on('close', this.#end);
  }

  /** Exactly `length` bytes. Throws {@link EndedEarly}. No more is read from the socket than that needs. */
  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      if (this.#isOver) throw new EndedEarly();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#socket.resume();
      });
    }
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** Leaves the socket, paused, as if `bytes` and all that follows them had not been read. */
  leave(bytes: Buffer = Buffer.alloc(0)): void {
    this.#socket.off('data', this.#more);
    this.#socket.off('end', this.#end);
    this.#socket.off('close', this.#end);
    this.#socket.pause();
    const rest = Buffer.concat([bytes, this.#held]);
    if (rest.length > 0 && !this.#isOver) this.#socket.unshift(rest);
  }

  readonly #more = (chunk: Buffer) => {
    this.#held = Buffer.concat([this.#held, chunk]);
    this.#socket.pause();
    this.#wake();
  };

  readonly #end = () => {
    this.#isOver = true;
    this.#wake();
  };
}
