import type { Readable, Writable } from 'node:stream';
import type { StreamProof } from '../identity/stream-proof.ts';
import { type Approvals, NO_APPROVALS } from '../model/approvals.ts';
import type { AuditLog } from '../model/audit.ts';
import type { Clock } from '../model/clock.ts';
import type { Config } from '../model/config.ts';
import type { EraMemory } from '../model/era.ts';
import { Ids } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import type { Log } from '../model/log.ts';
import { NO_PINS, type Registry } from '../model/pins.ts';
import { accountOf, type Identity, LOCAL_CLIENT } from '../model/principal.ts';
import type { Tracing } from '../model/tracing.ts';
import type { Policy } from '../policy/policy.ts';
import { Seal } from '../protocol/seal.ts';
import type { ByteBudget } from '../wire/budget.ts';
import type { Frame } from '../wire/frame.ts';
import { Link, type Tap } from '../wire/link.ts';
import type { Outgoing } from '../wire/writer.ts';
import type { McpBackend } from './backend/backend.ts';
import { Gatekeeper } from './client/gatekeeper.ts';
import { ClientSession } from './client/session.ts';
import { Deciding } from './deciding.ts';
import type { Fleet } from './fleet/account.ts';
import { Accounts } from './fleet/accounts.ts';
import { Fleets, type MakeServer } from './fleet/fleet.ts';
import { InOrder } from './in-order.ts';
import { Intake } from './intake.ts';
import { Changes } from './lists/changes.ts';
import type { Engine, Lanes } from './ports.ts';
import type { Turn } from './turn.ts';

/** Everything a gateway is made of; `cli/compose.ts` puts it together. */
export interface GatewayParts
  extends Pick<Engine, 'version' | 'config' | 'policy' | 'turn' | 'audit' | 'log' | 'clock' | 'eras'> {
  readonly budget: ByteBudget;
  /** Who has people asked [nobody can be]. */
  readonly approvals?: Approvals | undefined;
  /** Follows requests [nobody does]. */
  readonly tracing?: Tracing | undefined;
  /** What is pinned of the backends [nothing]. */
  readonly registry?: Registry | undefined;
  readonly makeServer: MakeServer;
  /** Frees memory; called when a client or a backend does not keep up. */
  readonly relieve?: (() => void) | undefined;
  /** Sees every byte to and from clients, for diagnosis. */
  readonly tap?: Tap | undefined;
}

const TICK_MS = 250;
/** On shutdown calls may finish for this long before each gets an error. */
const GRACE_MS = 700;

/** The running gateway: its backends, its clients, and the policy in force. */
export class Gateway implements Engine {
  readonly version: string;
  readonly turn: Turn;
  readonly audit: AuditLog;
  readonly log: Log;
  readonly clock: Clock;
  readonly ids = new Ids();
  readonly seal = new Seal();
  readonly eras: EraMemory;
  readonly registry: Registry;
  readonly approvals: Approvals;
  readonly tracing: Tracing | undefined;
  readonly sessions = new Set<ClientSession>();
  readonly changes: Changes;
  readonly order = new InOrder();
  readonly deciding = new Deciding();
  readonly intake = new Intake();
  config: Config;
  policy: Policy;
  readonly #fleets: Fleets;
  readonly #accounts: Accounts;
  #whole: Fleet | undefined;
  readonly #budget: ByteBudget;
  readonly #tap: Tap | undefined;
  readonly #relieve: (() => void) | undefined;
  #ticker: NodeJS.Timeout | undefined;
  /** The policy that was told to load what takes long. */
  #warmed: Policy | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: GatewayParts) {
    this.version = parts.version;
    this.config = parts.config;
    this.policy = parts.policy;
    this.turn = parts.turn;
    this.audit = parts.audit;
    this.log = parts.log;
    this.clock = parts.clock;
    this.#budget = parts.budget;
    this.#tap = parts.tap;
    this.#relieve = parts.relieve;
    this.changes = new Changes(this);
    this.eras = parts.eras;
    this.registry = parts.registry ?? NO_PINS;
    this.approvals = parts.approvals ?? NO_APPROVALS;
    this.tracing = parts.tracing;
    this.#fleets = new Fleets(this, parts.makeServer);
    this.#accounts = new Accounts(this, this.#fleets);
  }

  get prefixed(): boolean {
    return this.config.names.prefix;
  }

  /** Every backend there is, of all clients. */
  get everyBackend(): ReadonlySet<McpBackend> {
    return this.#fleets.all;
  }

  /** The backends of the clients that come over byte streams, in the order of the config. */
  get backends(): readonly McpBackend[] {
    this.#whole ??= this.#fleets.whole();
    return this.#whole.backends;
  }

  /** Takes in a client on two byte streams; `ended` is called when it sends nothing any more. */
  connect(
    readable: Readable,
    writable: Writable,
    subject: string,
    ended: () => void,
    clientId: string = LOCAL_CLIENT,
  ): ClientSession {
    const identity: Identity = { subject, clientId, roles: [], proof: 'os-user' };
    const session = new ClientSession(this, identity, this.#accounts.of(subject), this.backends);
    this.sessions.add(session);
    const { limits } = this.config;
    const events = {
      chunk: (read: () => void) => this.turn.run(read),
      frame: (frame: Frame) => session.receive(frame),
      drained: () => session.drained(),
      ended,
    };
    const link = new Link(readable, writable, limits, this.#budget, events, this.#tap);
    session.attach(link);
    return session;
  }

  /** Takes in a client on two byte streams that has to prove who it is, wherever the config in force asks for it. */
  admit(readable: Readable, writable: Writable, proof: StreamProof, ended: () => void): Gatekeeper {
    const keeper = new Gatekeeper(this, proof, (identity) => {
      const session = new ClientSession(this, identity, this.#accounts.of(accountOf(identity)), this.backends);
      this.sessions.add(session);
      return session;
    });
    const events = {
      chunk: (read: () => void) => this.turn.run(read),
      frame: (frame: Frame) => keeper.receive(frame),
      drained: () => keeper.drained(),
      ended: () => keeper.end(ended),
    };
    keeper.attach(new Link(readable, writable, this.config.limits, this.#budget, events, this.#tap));
    return keeper;
  }

  /** Takes in a legacy client that has a session of its own, with backends of its own where they need it. */
  openSession(identity: Identity, door: Outgoing): ClientSession {
    return this.#take(this.#accounts.openSession(identity), door);
  }

  /** Takes in a single request of a modern client that can do `capabilities`. */
  visit(identity: Identity, capabilities: Json, door: Outgoing): ClientSession {
    const session = this.#take(this.#accounts.visit(identity, capabilities), door);
    session.era = 'modern';
    return session;
  }

  #take(session: ClientSession, door: Outgoing): ClientSession {
    session.leaveBy(door);
    this.sessions.add(session);
    return session;
  }

  /** Puts another policy in force. Calls that have begun keep the one they began with. */
  apply(config: Config, policy: Policy): void {
    this.config = config;
    this.policy = policy;
    const byName = new Map(config.backends.map((one) => [one.name, one]));
    for (const backend of this.#fleets.all) {
      backend.configure(byName.get(backend.name) ?? backend.config);
      backend.catalog.outdate();
      this.changes.everything(backend);
    }
  }

  lanes(backend: McpBackend): Lanes {
    return this.#fleets.lanes(backend);
  }

  forget(session: ClientSession): void {
    this.sessions.delete(session);
  }

  relieve(): void {
    this.#relieve?.();
  }

  wake(): void {
    this.#ticker ??= setInterval(() => this.turn.run(() => this.#tick()), TICK_MS);
  }

  /** Ends everything: calls get a moment to finish (unless `abrupt`), then one error each; then the backends. */
  close(abrupt: boolean, graceMs = GRACE_MS): Promise<void> {
    this.#closing ??= this.#close(abrupt, graceMs);
    return this.#closing;
  }

  async #close(abrupt: boolean, graceMs: number): Promise<void> {
    if (!abrupt) await this.#quiet(graceMs);
    this.changes.close();
    this.#accounts.close();
    this.turn.run(() => {
      for (const session of this.sessions) {
        session.listens.close();
        session.lose({ code: 'SP5010', text: 'the gateway is shutting down' });
      }
    });
    await this.#fleets.close();
    clearInterval(this.#ticker);
  }

  /** Resolves when no client waits for anything, or after `ms`. */
  async #quiet(ms: number): Promise<void> {
    const until = this.clock.monotonic() + ms;
    while ([...this.sessions].some(({ busy }) => busy) && this.clock.monotonic() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** A moment after the first request: the client has its first answers, and no call waits for a parser yet. */
  #warm(): void {
    if (this.#warmed === this.policy) return;
    this.#warmed = this.policy;
    this.policy.warm();
  }

  #tick(): void {
    this.#warm();
    let waiting = false;
    for (const backend of this.#fleets.all) {
      backend.tick(TICK_MS, backend.isAsking);
      waiting ||= backend.inFlight > 0 || (backend.server.state === 'starting' && !backend.isOpen);
    }
    if (waiting) return;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }
}
