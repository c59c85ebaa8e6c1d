import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

// biome-ignore lint/suspicious/noExplicitAny: tests look into messages of any shape.
export type Message = any;

/** How long a test waits for something that must happen; far more than it ever takes. */
const PATIENCE_MS = 20_000;

export interface PeerOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/**
 * A process spoken to in lines of JSON over its standard streams, without any SDK: what is sent and received is
 * seen byte by byte.
 */
export class Peer {
  readonly child: ChildProcess;
  /** Every line it wrote to standard output, in order. */
  readonly lines: string[] = [];
  stderr = '';
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #rest = '';
  #nextId = 1000;
  #waiting = new Set<() => void>();
  #ended = false;

  constructor(t: TestContext, command: string, args: readonly string[], { env, cwd }: PeerOptions = {}) {
    this.child = spawn(command, args, { env: { ...process.env, ...env }, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    this.exited = once(this.child, 'exit').then(([code, signal]) => ({ code, signal }));
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    this.child.stdin!.on('error', () => {});
    void this.exited.then(() => {
      this.#ended = true;
      this.#wake();
    });
    t.after(() => this.end());
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Every message received so far. A line that is not JSON fails the test that looks. */
  get messages(): Message[] {
    return this.lines.map((line) => JSON.parse(line));
  }

  /** Writes text exactly as it is. */
  write(text: string | Buffer): void {
    this.child.stdin!.write(text);
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

  /** Resolves when `condition` holds; it is looked at again whenever the process says anything or ends. */
  async when(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (this.#ended && !condition()) throw new Error(`the process ended first\nstderr: ${this.stderr}`);
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`waited in vain; last lines: ${this.lines.slice(-5).join('\n')}\nstderr: ${this.stderr}`);
      await this.#change(left);
    }
  }

  /** The legacy handshake; resolves with the result of `initialize`. */
  async initialize(params: Message = {}): Promise<Message> {
    const answer = await this.ask('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'raw-test-client', version: '1.0.0' },
      ...params,
    });
    if (answer.result === undefined) throw new Error(`initialize failed: ${JSON.stringify(answer)}`);
    this.notify('notifications/initialized');
    return answer.result;
  }

  /** Calls a tool and resolves with the whole answer. */
  call(name: string, args: Message = {}, id?: string | number): Promise<Message> {
    return this.ask('tools/call', { name, arguments: args }, id);
  }

  /** Closes standard input, as a client does that is done. */
  async end(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.child.stdin!.end();
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    const exit = await this.exited;
    clearTimeout(killer);
    return exit;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    this.lines.push(...lines);
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** The text of the first block of a tool result. */
export function textOf(answer: Message): string {
  return answer.result.content[0].text;
}

function parsed(line: string): Message {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
