import type { TestContext } from 'node:test';
import { CHECKS } from '../../../lib/checks/index.ts';
import type { ClientSession } from '../../../lib/gateway/client/session.ts';
import { Gateway } from '../../../lib/gateway/gateway.ts';
import type { Outlet } from '../../../lib/gateway/outlet.ts';
import { Turn } from '../../../lib/gateway/turn.ts';
import type { Era } from '../../../lib/model/era.ts';
import { ByteBudget } from '../../../lib/wire/budget.ts';
import { parseFrame } from '../../../lib/wire/reader.ts';
import { type Line, lineText, type Outgoing } from '../../../lib/wire/writer.ts';
import { RecordedAudit } from '../audit/recorded-audit.ts';
import { modernMeta } from '../mcp/eras.ts';
import type { Message } from '../mcp/lines.ts';
import { ScriptedServer } from '../mcp/scripted-server.ts';
import { compiled } from '../policy/policy-state.ts';
import { configOf } from './engine.ts';

/** Everything one client was sent, whichever way it left. */
export class Received implements Outgoing {
  readonly lines: string[] = [];
  readonly backlog = 0;

  put(line: Line): void {
    this.lines.push(lineText(line));
  }

  flush(): void {}

  get messages(): Message[] {
    return this.lines.map((line) => JSON.parse(line));
  }
}

/** A gateway for many principals, as `serve` has it: every server is made anew for whoever may use it. */
export class Houses {
  readonly gateway: Gateway;
  readonly servers: ScriptedServer[] = [];

  constructor(
    t: TestContext,
    backends: Readonly<Record<string, Era>>,
    prepare: (server: ScriptedServer) => void,
    more = '',
  ) {
    const audit = new RecordedAudit();
    const turn = new Turn(audit);
    const budget = new ByteBudget(64 * 1024 * 1024);
    const config = configOf(backends, more);
    const surroundings = { limits: config.limits, budget, turn: (work: () => void) => turn.run(work) };
    this.gateway = new Gateway({
      version: '0.0.0-test',
      config,
      policy: compiled(config, CHECKS),
      turn,
      audit,
      log: { write: () => {} },
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      budget,
      eras: { recall: () => ({}), note: () => {} },
      makeServer: ({ name }) => {
        const server = new ScriptedServer(name, backends[name]!, surroundings);
        this.servers.push(server);
        prepare(server);
        return server;
      },
    });
    t.after(() => this.gateway.close(true));
  }

  /** A legacy client's session; what belongs to a request and what does not are received together. */
  session(subject: string): HouseClient {
    const received = new Received();
    const session = this.gateway.openSession({ subject, clientId: subject, roles: [], proof: 'api-key' }, received);
    return new HouseClient(this.gateway, session, received);
  }

  /** One request of a modern client. */
  visit(subject: string, capabilities: Message): HouseClient {
    const received = new Received();
    const session = this.gateway.visit(
      { subject, clientId: subject, roles: [], proof: 'api-key' },
      capabilities,
      received,
    );
    return new HouseClient(this.gateway, session, received, modernMeta(capabilities));
  }
}

/** A client without a transport. */
export class HouseClient {
  readonly session: ClientSession;
  readonly received: Received;
  readonly #gateway: Gateway;
  readonly #meta: Message | undefined;

  constructor(gateway: Gateway, session: ClientSession, received: Received, meta?: Message) {
    this.#gateway = gateway;
    this.session = session;
    this.received = received;
    this.#meta = meta;
  }

  send(message: Message): void {
    const own = this.#meta === undefined ? {} : { _meta: { ...this.#meta, ...message.params?._meta } };
    const params =
      message.params === undefined && this.#meta === undefined ? {} : { params: { ...message.params, ...own } };
    const text = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message, ...params }));
    const { turn, config } = this.#gateway;
    const stage = (line: Line) => turn.stage(this.received, line);
    const outlet: Outlet = { send: stage, aside: stage, nothing: () => {} };
    turn.run(() => this.session.receive(parseFrame(text, config.limits), outlet));
  }

  end(): void {
    this.#gateway.turn.run(() => this.session.end());
  }

  /** The answer to `id`, once it is there. */
  async answer(id: string | number): Promise<Message> {
    for (let look = 0; look < 100_000; look++) {
      const found = this.received.messages.find((message) => message.id === id && message.method === undefined);
      if (found !== undefined) return found;
      await new Promise(setImmediate);
    }
    throw new Error(`no answer to ${id}; received ${this.received.lines.slice(-5).join()}`);
  }
}
