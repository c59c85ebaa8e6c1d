import type { Answer, Reply } from '../../model/call.ts';
import type { Code } from '../../model/codes.ts';
import type { BackendConfig } from '../../model/config.ts';
import type { Era } from '../../model/era.ts';
import type { Outage, Server } from '../../model/server.ts';
import type { ListMethod } from '../../protocol/methods.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Channel } from '../../wire/link.ts';
import type { Payload } from '../../wire/payload.ts';
import type { Line } from '../../wire/writer.ts';
import { ChatterMeter } from '../chatter.ts';
import type { ServerFacts } from '../facts.ts';
import type { Asking, Backend, Engine, Session } from '../ports.ts';
import type { Sent } from '../question.ts';
import { TaskOwners } from '../task-owners.ts';
import type { Recorded } from '../turn.ts';
import { factsAsPinned, sendWhenSure } from './as-pinned.ts';
import { BackendCatalog } from './catalog.ts';
import { ServerConversation } from './conversation.ts';
import { EraSearch } from './era-search.ts';
import { type Greeted, shakeHands } from './handshake.ts';
import { asksClient, IdleEnding } from './idle.ts';
import { Incoming } from './incoming.ts';
import { onBehalfOf } from './on-behalf.ts';
import { Recollection } from './recollection.ts';
import { lossOf, WaitingRequests } from './waiting.ts';
import { Watches } from './watches.ts';

/** A server that says nothing to a probe is taken to be of the other era after this long. */
const PROBE_MS = 20_000;

/** An MCP server as the gateway sees it: opened on demand, with the facts it told and what it offers. */
export class McpBackend implements Backend {
  readonly name: string;
  config: BackendConfig;
  readonly server: Server;
  readonly catalog: BackendCatalog;
  readonly chatter: ChatterMeter;
  readonly taskOwners: TaskOwners;
  readonly watches: Watches = new Watches(this);
  /** Sessions that have used it, and get its notifications. */
  readonly sessions = new Set<Session>();
  /** What it said of itself; undefined until it has been open. */
  facts: ServerFacts | undefined;
  era: Era | undefined;
  /** A merged list was answered without it, so it is news when it opens. */
  missed = false;
  onFirstFailure: ((outage: Outage) => void) | undefined;
  onEra: ((era: Era) => void) | undefined;
  readonly #eras: EraSearch;
  readonly #engine: Engine;
  readonly #incoming: Incoming;
  #conversation: ServerConversation | undefined;
  #open = false;
  #everOpen = false;
  readonly #waiting: WaitingRequests;
  readonly #idle: IdleEnding | undefined;
  readonly #recollection: Recollection | undefined;
  /** It was ended because nobody needed it, which is no news to anybody. */
  #resting = false;
  #openings: ((outage: Outage | undefined) => void)[] = [];
  #openingMs = 0;
  #nextId = 1;

  /** `taskOwners` is shared by all that reach the same server; each process has its own tasks. */
  constructor(config: BackendConfig, server: Server, engine: Engine, prefers?: Era, taskOwners = new TaskOwners()) {
    this.name = config.name;
    this.taskOwners = taskOwners;
    this.#eras = new EraSearch(config.era, prefers, () => server.fingerprint, engine.eras);
    this.era = config.era === 'auto' ? undefined : config.era;
    this.config = config;
    this.server = server;
    this.#engine = engine;
    this.#waiting = new WaitingRequests(this, engine.config.limits.maxPending);
    this.#incoming = new Incoming(this, engine, (outage) => this.#giveUp(outage));
    this.chatter = new ChatterMeter(engine.clock);
    this.catalog = new BackendCatalog(this, engine);
    const pins = engine.registry.of(config.name);
    const choice = { configured: config.era, prefers, memory: engine.eras, fingerprint: () => server.fingerprint };
    this.#recollection = pins && new Recollection(pins, choice);
    this.#idle = IdleEnding.of(this, engine, (anew) => this.#rest(anew));
    server.listen({
      up: (channel) => this.#up(channel),
      frame: (frame, about) => this.#frame(frame, about),
      lost: (id, loss) => this.#conversation?.lose(id, loss),
      down: (outage) => this.#down(outage),
      paramHeaders: (tool) => this.catalog.tool(tool).paramHeaders,
      onBehalf: (id) => onBehalfOf(this, this.#conversation?.pending.find(id)?.asking),
    });
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get inFlight(): number {
    return this.#conversation?.pending.size ?? 0;
  }

  inFlightFor(subject: string): number {
    return (this.#conversation?.pending.sizeFor(subject) ?? 0) + this.#waiting.sizeFor(subject);
  }

  get confinedBy(): string | undefined {
    return this.server.confinedBy;
  }

  get conversation(): ServerConversation | undefined {
    return this.#conversation;
  }

  /** A client is asked something it wants to know, so that it cannot go on. */
  get isAsking(): boolean {
    const waiting = this.#conversation?.waiting() ?? [];
    return asksClient(this) || waiting.some(({ asking }) => (asking.questions?.openQuestions ?? 0) > 0);
  }

  /** Ids are the gateway's own, grow, and are never used again, so they may be taken before they are needed. */
  nextId(): number {
    return this.#nextId++;
  }

  /** Makes sure it is open; `then` hears when it is, or why it is not. */
  open(session: Session | undefined, then: (outage: Outage | undefined) => void): void {
    if (session !== undefined) this.#join(session);
    if (this.#open) return then(undefined);
    const outage = this.server.demand();
    if (outage !== undefined) return then(outage);
    this.#openings.push(then);
    this.#engine.wake();
  }

  /** Asks it something, once it is open; `done` is called once, unless it is cancelled or withdrawn. */
  request(asking: Asking, done: (answer: Answer) => void): Sent {
    this.#engine.wake();
    if (asking.offered !== undefined && !this.catalog.stands(asking.offered)) return sendWhenSure(this, asking, done);
    const conversation = this.#conversation;
    if (this.#open && conversation !== undefined) {
      this.#idle?.used();
      if (asking.session !== undefined) this.#join(asking.session);
      conversation.greet();
      return conversation.send(asking, done);
    }
    return this.#waiting.add(asking, done);
  }

  recalls(era: Era, revision?: string): boolean {
    return !this.#everOpen && this.#recollection?.recall(this, era, revision) === true;
  }

  introduce(then: () => void): void {
    if (this.#everOpen || this.#recollection === undefined) return then();
    this.#recollection.introduce(this.#engine, this, then);
  }

  recalled(method: ListMethod): Reply | undefined {
    return this.#everOpen ? undefined : this.#recollection?.list(method);
  }

  /** Sends a notification, if it is open. */
  tell(method: string, params: Payload | undefined): void {
    if (this.#open) this.#conversation?.tell(method, params);
  }

  reply(line: Line, owner?: Recorded): void {
    this.#conversation?.reply(line, owner);
  }

  rooted(folders: readonly string[]): void {
    if (this.server.reaches?.(folders) === false) this.#idle?.anew();
  }

  /** Its config is another one. */
  configure(config: BackendConfig): void {
    this.config = config;
    this.server.configure?.(config);
    if (this.#open) this.#idle?.configured();
  }

  tick(ms: number, paused: boolean): void {
    this.#conversation?.tick(ms, paused);
    if (this.#conversation === undefined || this.#open) return;
    this.#openingMs += ms;
    const { startTimeoutMs: most, remote } = this.config;
    const late = (text: string) => this.#giveUp({ code: 'SP5007', text: `${this.name} ${text}` });
    if (this.#openingMs > PROBE_MS && this.#eras.mayBeLegacy && remote === undefined)
      late('did not answer server/discover');
    else if (this.#openingMs > most) late(`was not ready within ${most / 1000} s`);
  }

  /** Pauses or resumes what it sends, for a client that does not read. */
  flow(paused: boolean): void {
    this.#conversation?.flow.client(paused);
  }

  #join(session: Session): void {
    if (this.sessions.has(session)) return;
    this.sessions.add(session);
    if (this.#open) session.backendOpened(this, false);
  }

  #up(channel: Channel): void {
    const conversation = new ServerConversation(channel, this, this.#engine, (outage) => this.#giveUp(outage));
    this.#conversation = conversation;
    this.#openingMs = 0;
    this.#incoming.unusable.reset();
    const [session] = this.sessions;
    shakeHands(this, conversation, session, this.#engine, this.#eras.begin(session?.era), (greeted) => {
      if ('problem' in greeted && greeted.modern) this.#eras.isModern();
      if ('problem' in greeted) return this.#giveUp({ code: 'SP5008', text: `${this.name}: ${greeted.problem}` });
      if (this.#conversation === conversation) this.#opened(greeted);
    });
  }

  #opened({ facts, era }: Exclude<Greeted, { problem: string }>): void {
    this.#eras.found(era);
    this.era = era;
    this.onEra?.(era);
    this.#open = true;
    this.facts = factsAsPinned(this.#engine.registry.of(this.name), era, facts);
    this.server.ready();
    const isOther = !this.#everOpen && this.#recollection?.isOther(this.facts) === true;
    const again = (this.#everOpen && !this.#resting) || this.missed || isOther;
    this.#resting = false;
    this.missed = false;
    this.#idle?.begin();
    this.#everOpen = true;
    this.#incoming.begun(facts.version);
    for (const session of this.sessions) session.backendOpened(this, again);
    for (const then of this.#openings.splice(0)) then(undefined);
  }

  #frame(frame: Frame, about?: number): void {
    if (frame.kind === 'reply') this.#idle?.used();
    this.#incoming.take(frame, about);
  }

  refuse(code: Code, detail: string, bytes: number, session?: string): void {
    this.#incoming.unusable.refuse(code, detail, bytes, session);
  }

  #giveUp(outage: Outage): void {
    this.server.fail(outage);
  }

  #down(outage: Outage): void {
    const probing = !this.#open && this.#eras.mayBeLegacy && outage.unreached !== true;
    if (probing && this.server.state !== 'stopped') return this.#probedInVain(outage);
    this.#resting = false;
    this.#incoming.ended(outage);
    this.#gone(outage, true);
    for (const session of this.sessions) session.backendDown(this);
    if (!this.#everOpen) this.onFirstFailure?.(outage);
  }

  /** Nobody has needed it for a while. Only streams that tell of changed lists end with it, and begin with it again. */
  #rest(anew: boolean): void {
    this.#engine.log.write('info', anew ? 'backend_renewed' : 'backend_idle', { backend: this.name });
    this.#resting = true;
    this.server.rest?.();
    this.#gone({ code: 'SP5002', text: `${this.name} rests until it is needed` });
    for (const session of this.sessions) session.backendDown(this);
    if (anew) this.server.demand();
  }

  /** What was sent to it and not answered never will be. */
  #gone(outage: Outage, afterLastWords = false): void {
    const conversation = this.#conversation;
    this.#conversation = undefined;
    this.#open = false;
    this.#idle?.stop();
    this.catalog.invalidate();
    this.watches.lost(lossOf(outage));
    if (afterLastWords) conversation?.endAfterLastWords(lossOf(outage));
    else conversation?.end(lossOf(outage));
    for (const then of this.#openings.splice(0)) then(outage);
  }

  /** A legacy server may end when it is probed; it is started once more and opened with `initialize`. */
  #probedInVain(outage: Outage): void {
    this.#eras.giveUpModern();
    this.#conversation = undefined;
    this.#engine.log.write('info', 'probe_in_vain', { backend: this.name, why: outage.text });
    const again = this.server.demand();
    if (again !== undefined) this.#down(again);
  }

  /** A session has ended; nothing it asked is open any more. */
  leave(session: Session): void {
    this.sessions.delete(session);
  }

  /** Ends it for good. Whoever waits for something is told, since the server says nothing more. */
  close(termAfterMs: number, killAfterMs: number): Promise<void> {
    const closed = this.server.close(termAfterMs, killAfterMs);
    this.#gone({ code: 'SP5010', text: `${this.name} is shut down` });
    return closed;
  }
}
