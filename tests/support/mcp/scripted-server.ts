import { PassThrough } from 'node:stream';
import type { Era } from '../../../lib/model/era.ts';
import type { Outage, Server, ServerEvents, ServerState } from '../../../lib/model/server.ts';
import type { ByteBudget } from '../../../lib/wire/budget.ts';
import { Link } from '../../../lib/wire/link.ts';
import type { FrameLimits } from '../../../lib/wire/reader.ts';
import { LinePeer, type Message } from './lines.ts';

/** A request as it reached the server. */
export interface Asked {
  readonly id: string | number;
  readonly method: string;
  readonly params: Message;
}

/** Answers a request with a result; undefined leaves it open, to be answered with {@link ScriptedServer.result}. */
export type Answering = (asked: Asked) => Message | undefined;

/** What a server needs of the gateway it stands behind. */
export interface ServerSurroundings {
  readonly limits: FrameLimits;
  readonly budget: ByteBudget;
  turn(work: () => void): void;
}

const INITIALIZED = {
  capabilities: { tools: { listChanged: true }, prompts: {}, resources: { subscribe: true }, logging: {} },
  serverInfo: { name: 'scripted', version: '1.0.0' },
};
const DISCOVERED = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: INITIALIZED.capabilities,
  ttlMs: 0,
  cacheScope: 'private',
};

/**
 * A backend inside the test's own process, whose every answer the test decides. Its `lines` are what the
 * gateway sent it. Requests nobody scripted get the answers of a plain server with one tool, `work`.
 */
export class ScriptedServer extends LinePeer implements Server {
  readonly name: string;
  state: ServerState = 'idle';
  outage: Outage | undefined;
  /** Tools it lists. */
  tools: Message[] = [{ name: 'work', inputSchema: { type: 'object' } }];
  /** How often it was ended because nobody needed it. */
  rests = 0;
  readonly #era: Era;
  readonly #surroundings: ServerSurroundings;
  readonly #scripts = new Map<string, Answering>();
  #events: ServerEvents | undefined;
  #output: PassThrough | undefined;
  #input: PassThrough | undefined;

  constructor(name: string, era: Era, surroundings: ServerSurroundings) {
    super();
    this.name = name;
    this.#era = era;
    this.#surroundings = surroundings;
    this.onRequest('ping', () => ({}));
    this.onRequest('initialize', ({ params }) => ({ protocolVersion: params.protocolVersion, ...INITIALIZED }));
    this.onRequest('server/discover', () => DISCOVERED);
    this.onRequest('tools/list', () => ({ ...this.complete, tools: this.tools }));
    this.onRequest('tools/call', () => ({ ...this.complete, content: [{ type: 'text', text: 'done' }] }));
  }

  /** Answers every later request for `method` as `answering` says. */
  onRequest(method: string, answering: Answering): void {
    this.#scripts.set(method, answering);
  }

  /** Leaves every later request for `method` open. */
  hold(method: string): void {
    this.onRequest(method, () => undefined);
  }

  /** Requests for `method` it has received so far. */
  asked(method: string): Asked[] {
    return this.messages.filter((message) => message.method === method && message.id !== undefined);
  }

  /** Resolves with the requests for `method` once there are `count` of them. */
  async askedTimes(method: string, count: number): Promise<Asked[]> {
    await this.when(() => this.asked(method).length >= count);
    return this.asked(method);
  }

  result(id: string | number, result: Message): void {
    this.send({ jsonrpc: '2.0', id, result: { ...this.complete, ...result } });
  }

  error(id: string | number, code: number, message: string): void {
    this.send({ jsonrpc: '2.0', id, error: { code, message } });
  }

  /** Reads nothing more of what it is sent, until it is told to. */
  stopReading(): void {
    this.#input?.pause();
  }

  readOn(): void {
    this.#input?.resume();
  }

  /** Ends as a crash would; the next demand starts it again. */
  crash(): void {
    this.#surroundings.turn(() => this.fail({ code: 'SP5002', text: `${this.name} exited with code 1` }));
  }

  override write(text: string | Buffer): void {
    this.#output?.write(text);
  }

  listen(events: ServerEvents): void {
    this.#events = events;
  }

  demand(): Outage | undefined {
    if (this.state === 'stopped') return { code: 'SP5010', text: `${this.name} is shut down` };
    if (this.state !== 'idle') return undefined;
    this.state = 'starting';
    setImmediate(() => this.#surroundings.turn(() => this.#start()));
    return undefined;
  }

  ready(): void {
    this.state = 'ready';
    this.outage = undefined;
  }

  fail(outage: Outage): void {
    this.state = 'idle';
    this.outage = outage;
    this.#output = undefined;
    this.#events?.down(outage);
  }

  /** It was ended because nobody needed it. */
  rest(): void {
    this.rests++;
    this.state = 'idle';
    this.#output?.end();
    this.#output = undefined;
    this.wake();
  }

  async close(): Promise<void> {
    this.state = 'stopped';
    this.#output?.end();
    this.#output = undefined;
    this.ended = true;
    this.wake();
  }

  #start(): void {
    if (this.state !== 'starting') return;
    const { limits, budget, turn } = this.#surroundings;
    const input = new PassThrough();
    const output = new PassThrough();
    this.#output = output;
    this.#input = input;
    const current = (work: () => void) => {
      if (this.#output === output) work();
    };
    const link = new Link(output, input, limits, budget, {
      chunk: (read) => turn(read),
      frame: (frame) => current(() => this.#events?.frame(frame)),
      drained: () => {},
      ended: () => {},
    });
    input.setEncoding('utf8').on('data', (text: string) => current(() => this.#receive(text)));
    this.#events?.up(link);
  }

  #receive(text: string): void {
    const from = this.lines.length;
    this.take(text);
    for (const { id, method, params } of this.messages.slice(from)) {
      if (method === undefined || id === undefined) continue;
      const script = this.#scripts.get(method);
      if (script === undefined) this.error(id, -32601, 'Method not found');
      else this.#answer(id, script({ id, method, params }));
    }
  }

  #answer(id: string | number, result: Message | undefined): void {
    if (result !== undefined) this.send({ jsonrpc: '2.0', id, result });
  }

  /** What every modern result says first. */
  get complete(): Message {
    return this.#era === 'modern' ? { resultType: 'complete' } : {};
  }
}
