import type { TestContext } from 'node:test';
import type { Resolve } from '../../../backends/http/addresses.ts';
import { HttpServer } from '../../../backends/http/http-server.ts';
import type { Authorization, OnBehalf } from '../../../lib/model/authorization.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import type { BackendConfig, RemoteConfig } from '../../../lib/model/config.ts';
import type { ParamHeader } from '../../../lib/model/param-header.ts';
import type { Outage } from '../../../lib/model/server.ts';
import { ByteBudget } from '../../../lib/wire/budget.ts';
import type { Channel } from '../../../lib/wire/link.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import type { FrameLimits } from '../../../lib/wire/reader.ts';
import { notificationLine, requestLine, resultLine } from '../../../lib/wire/writer.ts';
import { modernMeta } from '../mcp/eras.ts';
import { LIMITS, shown } from '../mcp/frames.ts';
import { LinePeer, type Message } from '../mcp/lines.ts';

export interface SceneOptions extends Partial<RemoteConfig> {
  readonly limits?: FrameLimits;
  readonly resolve?: Resolve;
  readonly paramHeaders?: (tool: string) => readonly ParamHeader[];
  readonly restart?: BackendConfig['restart'];
  readonly authorization?: Authorization;
  /** For whom each request is made, by the id the gateway gave it. */
  readonly onBehalf?: (id: number | undefined) => OnBehalf | undefined;
}

/**
 * An HTTP backend with the test in the place of the gateway. Its `messages` are the frames it took in, each with the
 * request they are `about`, and its outages, as `{down}`.
 */
export class HttpScene extends LinePeer {
  readonly server: HttpServer;
  readonly budget = new ByteBudget(64 * 1024 * 1024);
  readonly logged: { readonly event: string; readonly fields: Message }[] = [];
  channel: Channel | undefined;
  /** How often it has been up. */
  lives = 0;

  constructor(t: TestContext, url: string, options: SceneOptions = {}) {
    super();
    const { limits, resolve, paramHeaders, restart, authorization, onBehalf, ...remote } = options;
    const config = {
      name: 'far',
      restart: restart ?? { max: 3, windowMs: 60_000 },
      remote: { ...REMOTE, url, ...remote },
    };
    this.server = new HttpServer(config as BackendConfig, {
      clock: systemClock,
      log: {
        write: (_level, event, fields = {}) => {
          this.logged.push({ event, fields });
          this.wake();
        },
      },
      limits: limits ?? LIMITS,
      budget: this.budget,
      tap: undefined,
      turn: (work) => work(),
      resolve,
      authorizationOf: () => authorization,
    });
    this.server.listen({
      up: (channel) => {
        this.channel = channel;
        this.lives++;
        this.wake();
      },
      lost: (id, { text }) =>
        this.#note({
          kind: 'reply',
          id: { key: id },
          error: JSON.stringify({ code: -31502, message: text }),
          about: id,
        }),
      frame: (frame, about) => this.#note({ ...(shown(frame) as Message), about }),
      down: (outage) => {
        this.channel = undefined;
        this.#note({ down: outage });
      },
      ...(paramHeaders === undefined ? {} : { paramHeaders }),
      ...(onBehalf === undefined ? {} : { onBehalf }),
    });
    t.after(() => this.server.close(0, 100));
  }

  /** Sends exactly this; lines are what a scene takes in. */
  override write(): void {
    throw new Error('a scene sends with request and tell');
  }

  request(id: number, method: string, params?: Message): void {
    this.#put(requestLine(id, method, payload(params)));
  }

  /** A request with the facts of a modern client. */
  modern(id: number, method: string, params: Message = {}): void {
    this.request(id, method, { ...params, _meta: { ...modernMeta(), ...params._meta } });
  }

  tell(method: string, params?: Message): void {
    this.#put(notificationLine(method, payload(params)));
  }

  answer(id: string, result: Message): void {
    this.#put(resultLine(id, Payload.of(JSON.stringify(result))));
  }

  /** Starts it, and does the legacy handshake. */
  async open(id = 1): Promise<void> {
    this.server.demand();
    this.request(id, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {} });
    const answer = await this.about(id);
    if (answer.result === undefined) throw new Error(JSON.stringify(answer));
    this.server.ready();
    this.tell('notifications/initialized');
  }

  /** The reply to our request `id`, with its payloads as objects. */
  async about(id: number): Promise<Message> {
    const reply = await this.until(({ kind, id: of }) => kind === 'reply' && of?.key === id);
    const { result, error } = reply;
    return { ...reply, ...(result && { result: JSON.parse(result) }), ...(error && { error: JSON.parse(error) }) };
  }

  async outage(from = 0): Promise<Outage> {
    return (await this.until(({ down }) => down !== undefined, from)).down;
  }

  #put(line: ReturnType<typeof requestLine>): void {
    this.channel!.out.put(line);
    this.channel!.out.flush();
  }

  #note(message: Message): void {
    this.take(`${JSON.stringify(message)}\n`);
  }
}

const REMOTE: Omit<RemoteConfig, 'url'> = {
  headers: {},
  transport: 'auto',
  allowPrivate: false,
  allowInsecure: false,
  connectTimeoutMs: 5000,
};

function payload(params: Message): Payload | undefined {
  return params === undefined ? undefined : Payload.of(JSON.stringify(params));
}
