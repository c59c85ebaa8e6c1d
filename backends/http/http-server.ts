import { createHash } from 'node:crypto';
import type { Authorization } from '../../lib/model/authorization.ts';
import type { BackendConfig, RemoteConfig } from '../../lib/model/config.ts';
import { isReadableOnTheWay } from '../../lib/model/loopback.ts';
import type { Outage, Server, ServerEvents, ServerState } from '../../lib/model/server.ts';
import { Supervision } from '../supervision.ts';
import type { Failure } from './failure.ts';
import { HttpLife } from './http-life.ts';
import type { HttpPad } from './http-pad.ts';

/** How long a server that is given up may take to end its session. */
const FAIL_LEAVE_MS = 500;

/** The config is read with the same rule; here it holds whoever made the config. */
const READABLE: Failure = { code: 'SP5013', text: 'would be reached by http, which others can read' };

/** An MCP server somewhere else, reached by HTTP: opened on demand, opened again within bounds. */
export class HttpServer implements Server {
  readonly name: string;
  readonly #remote: RemoteConfig;
  readonly #pad: HttpPad;
  readonly #authorization: Authorization | undefined;
  readonly #supervision: Supervision;
  #events: ServerEvents | undefined;
  #life: HttpLife | undefined;
  readonly #leaving = new Set<Promise<void>>();

  constructor(config: BackendConfig, pad: HttpPad) {
    if (config.remote === undefined) throw new Error(`${config.name} is not reached by HTTP`);
    this.name = config.name;
    this.#remote = config.remote;
    this.#pad = pad;
    this.#authorization = pad.authorizationOf?.(config);
    this.#supervision = new Supervision(config, pad, () => this.#start());
  }

  /** Which eras are spoken at a URL decides only what is tried first, so it may be remembered. */
  get fingerprint(): string {
    return createHash('sha256').update(this.#remote.url).digest('hex').slice(0, 32);
  }

  get state(): ServerState {
    return this.#supervision.state;
  }

  get outage(): Outage | undefined {
    return this.#supervision.outage;
  }

  listen(events: ServerEvents): void {
    this.#events = events;
  }

  demand(): Outage | undefined {
    return this.#supervision.demand();
  }

  ready(): void {
    this.#supervision.ready();
  }

  fail(outage: Outage): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#life = undefined;
    this.#leave(life, FAIL_LEAVE_MS);
    this.#down({ ...outage, unreached: true });
  }

  async close(_termAfterMs: number, killAfterMs: number): Promise<void> {
    this.#supervision.stop();
    const life = this.#life;
    this.#life = undefined;
    if (life !== undefined) this.#leave(life, killAfterMs);
    await Promise.all(this.#leaving);
  }

  #start(): void {
    const life: HttpLife = new HttpLife(
      this.name,
      this.#remote,
      this.#pad,
      {
        up: (channel) => this.#events?.up(channel),
        frame: (frame, about) => this.#events?.frame(frame, about),
        lost: (id, loss) => this.#events?.lost?.(id, loss),
        ended: (failure) => this.#ended(failure),
        paramHeadersOf: (tool) => this.#events?.paramHeaders?.(tool) ?? [],
        onBehalf: (id) => this.#events?.onBehalf?.(id),
        isReady: () => this.#supervision.wasReady,
      },
      this.#authorization,
    );
    this.#life = life;
    const url = new URL(this.#remote.url);
    this.#pad.log.write('info', 'backend_started', { backend: this.name, at: url.origin });
    if (this.#remote.allowInsecure || !isReadableOnTheWay(url)) life.begin();
    else setImmediate(() => this.#pad.turn(() => life.end(READABLE)));
  }

  #ended({ code, text, hint }: Failure): void {
    this.#life = undefined;
    this.#down({ code, text: `${this.name} ${text}`, hint, unreached: true });
  }

  #down(outage: Outage): void {
    this.#supervision.down(outage, () => this.#events?.down(outage));
  }

  #leave(life: HttpLife, ms: number): void {
    const leaving = life.leave(ms).finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }
}
