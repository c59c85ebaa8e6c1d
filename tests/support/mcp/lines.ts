// biome-ignore lint/suspicious/noExplicitAny: tests look into messages of any shape.
export type Message = any;

/** How long a test waits for something that must happen; far more than it ever takes. */
const PATIENCE_MS = 45_000;
/** Records and files change without a word on standard output. */
const LOOK_MS = 50;

/** Someone spoken to in lines of JSON, without any SDK: what is sent and received is seen byte by byte. */
export abstract class LinePeer {
  /** Every line it said, in order. */
  readonly lines: string[] = [];
  /** It says nothing any more. */
  protected ended = false;
  #rest = '';
  #nextId = 1000;
  #waiting = new Set<() => void>();

  /** Writes text exactly as it is. */
  abstract write(text: string | Buffer): void;

  /** Every message received so far. A line that is not JSON fails the test that looks. */
  get messages(): Message[] {
    return this.lines.map((line) => JSON.parse(line));
  }

  /** Sends one message, or one line of raw text. */
  send(message: Message): void {
    this.write(typeof message === 'string' ? `${message}\n` : `${JSON.stringify(message)}\n`);
  }

  notify(method: string, params?: Message): void {
    this.send({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) });
  }

  /** Sends a request and resolves with its whole answer, error or result. */
  async ask(method: string, params?: Message, id: string | number = this.#nextId++): Promise<Message> {
    const from = this.lines.length;
    this.send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
    return this.reply(id, from);
  }

  /** Resolves with the answer to `id` among the lines from index `from` on. */
  reply(id: string | number | null | undefined, from = 0): Promise<Message> {
    return this.until((message) => message.id === id && message.method === undefined, from);
  }

  /** Resolves with the first message from index `from` on that `wanted` accepts. */
  async until(wanted: (message: Message) => boolean, from = 0): Promise<Message> {
    let at = from;
    let found: Message;
    await this.when(() => {
      for (; at < this.lines.length; at++) {
        const message = parsed(this.lines[at]!);
        if (message !== undefined && wanted(message)) {
          found = message;
          return true;
        }
      }
      return false;
    });
    return found;
  }

  /** Resolves when `condition` holds; looked at whenever the peer says anything or ends, and now and then for what it writes. */
  async when(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (this.ended && !condition()) throw new Error(`the peer ended first\n${this.plight()}`);
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`waited in vain; last lines: ${this.lines.slice(-5).join('\n')}\n${this.plight()}`);
      await this.#change(Math.min(left, LOOK_MS));
    }
  }

  /** What helps to see why it did not say what was awaited. */
  protected plight(): string {
    return '';
  }

  /** Takes the next text it said. */
  protected take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    this.lines.push(...lines);
    this.wake();
  }

  /** Something changed that a waiting test may look at. */
  protected wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
    });
  }
}

function parsed(line: string): Message {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
