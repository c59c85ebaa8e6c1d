import { connect, type Socket } from 'node:net';

/** An answer over HTTP, read to its end. */
export interface Answer {
  readonly status: number;
  /** The head as it came, header names in whatever case. */
  readonly head: string;
  readonly body: string;
}

const NEED_MORE = -1;

/**
 * One connection that stays open, with as many requests on their way as the caller sends: answers come in the order of
 * the requests. It knows just enough HTTP for what servers of MCP answer, so that its own share is small.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  #data = '';
  #failed: Error | undefined;

  constructor(url: URL) {
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.#socket.setEncoding('latin1').on('data', (text: string) => this.#take(text));
    this.#socket.on('error', (error) => this.#end(error)).on('close', () => this.#end(new Error('closed')));
  }

  /** Sends a request and calls `done` with its answer; a status of 0 says that the connection is gone. */
  send(request: string, done: (answer: Answer) => void): void {
    if (this.#failed !== undefined) return done({ status: 0, head: '', body: this.#failed.message });
    this.#waiting.push(done);
    this.#socket.write(request, 'latin1');
  }

  ask(request: string): Promise<Answer> {
    return new Promise((resolve) => this.send(request, resolve));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#data += text;
    for (;;) {
      const headEnd = this.#data.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const head = this.#data.slice(0, headEnd);
      const end = bodyEnd(this.#data, headEnd + 4, head);
      if (end === NEED_MORE) return;
      const answer = { status: Number(head.slice(9, 12)), head, body: this.#data.slice(headEnd + 4, end) };
      this.#data = this.#data.slice(end);
      this.#waiting.shift()?.(answer);
    }
  }

  #end(error: Error): void {
    this.#failed ??= error;
    for (const done of this.#waiting.splice(0)) done({ status: 0, head: '', body: error.message });
  }
}

/** Where the body that begins at `from` ends, or that it has not all arrived. */
function bodyEnd(data: string, from: number, head: string): number {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return data.length >= from + Number(length) ? from + Number(length) : NEED_MORE;
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return from;
  for (let at = from; ; ) {
    const lineEnd = data.indexOf('\r\n', at);
    if (lineEnd === -1) return NEED_MORE;
    const size = Number.parseInt(data.slice(at, lineEnd), 16);
    at = lineEnd + 2 + size + 2;
    if (data.length < at) return NEED_MORE;
    if (size === 0) return at;
  }
}
