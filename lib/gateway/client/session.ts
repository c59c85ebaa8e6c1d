import type { Loss } from '../../model/call.ts';
import type { Era } from '../../model/era.ts';
import { accountOf, holderOf, type Identity, type Principal } from '../../model/principal.ts';
import { CLIENT_REQUESTS, type MethodRule } from '../../protocol/methods.ts';
import type { LinesOf } from '../../protocol/param-headers.ts';
import { BATCH_REVISION, NEWEST_LEGACY, NEWEST_MODERN, RPC } from '../../protocol/revisions.ts';
import { noticeForClient } from '../../translate/notifications.ts';
import type { Frame, MalformedFrame, RequestFrame, RpcId } from '../../wire/frame.ts';
import type { Link } from '../../wire/link.ts';
import type { Payload } from '../../wire/payload.ts';
import { cleared } from '../../wire/reserved.ts';
import { errorLine, type Line, notificationLine, type Outgoing } from '../../wire/writer.ts';
import { type Caller, inRevision, isRefused, looksModern, modernCaller, type Refused } from '../caller.ts';
import { ChatterMeter } from '../chatter.ts';
import type { ClientFacts } from '../facts.ts';
import type { InFlight } from '../in-flight.ts';
import { askList } from '../lists/lists.ts';
import { passLogLevel } from '../log-level.ts';
import type { Outlet } from '../outlet.ts';
import type { Account, Backend, Engine, Session } from '../ports.ts';
import { OpenQuestions } from '../questions/questions.ts';
import { detailOf, rpcError, tooBusy } from '../refusal.ts';
import { revisionOf } from '../revision.ts';
import { routeRequest } from '../route/route.ts';
import { Listens } from '../streams/listen.ts';
import { ResourceSubscriptions } from '../streams/subscriptions.ts';
import type { Recorded } from '../turn.ts';
import { receiveBatch } from './batch.ts';
import { receiveNotice } from './client-notices.ts';
import { answerOwn } from './own-answers.ts';
import { ClientRequest } from './request.ts';
import { RunningRequests } from './running.ts';

const SLOW_MS = 20;
/** Whoever has not said anything of itself yet. */
const NOBODY: Caller = { era: 'legacy', capabilities: {}, agent: '', logLevel: undefined, clientInfo: undefined };

const NO_BATCHES: Refused = { refusal: rpcError(RPC.invalidRequest, 'Batches are not supported'), code: 'SP8011' };

/** One client: what it asked, what it is asked, and what it has said of itself. */
export class ClientSession implements Session {
  readonly id: string;
  readonly identity: Identity;
  readonly owner: string;
  readonly holder: string;
  readonly engine: Engine;
  readonly account: Account;
  readonly backends: readonly Backend[];
  readonly questions: OpenQuestions;
  readonly subscriptions: ResourceSubscriptions;
  readonly listens: Listens;
  readonly chatter: ChatterMeter;
  /** Called when it has ended and nothing of it is left. */
  onEnd: (() => void) | undefined;
  /** Settled by the first request that is possible in one era only. */
  era: Era | undefined;
  client: ClientFacts | undefined;
  #face: Caller | undefined;
  /** The legacy client has said that it is ready, or has begun to act as if it were. */
  initialized = false;
  /** Revision the client was told (legacy). */
  revision: string | undefined;
  /** Least level of log messages a legacy client asked for. */
  logLevel: string | undefined;
  /** Headers that came with its one request (2026-07-28). */
  headers: LinesOf | undefined;
  readonly #running: RunningRequests;
  readonly #direct: Outlet;
  #link: Link | undefined;
  #relief: NodeJS.Timeout | undefined;
  #door: Outgoing | undefined;
  #principal: Principal | undefined;

  /** Takes the client's frames through `receive`; what belongs to no request leaves by `door`. */
  constructor(engine: Engine, identity: Identity, account: Account, backends: readonly Backend[]) {
    this.id = engine.ids.next(engine.clock.now());
    this.identity = identity;
    this.owner = accountOf(identity);
    this.holder = holderOf(identity);
    this.engine = engine;
    this.account = account;
    this.#running = new RunningRequests(account);
    this.backends = backends;
    this.questions = new OpenQuestions(this);
    this.subscriptions = new ResourceSubscriptions(this);
    this.listens = new Listens(this);
    this.chatter = new ChatterMeter(engine.clock);
    const send = (line: Line, owner?: Recorded) => this.stage(line, owner);
    this.#direct = { send, aside: send, nothing: () => {} };
  }

  get face(): Caller | undefined {
    return this.client?.caller ?? this.#face;
  }

  backend(name: string): Backend | undefined {
    return this.backends.find((backend) => backend.name === name);
  }

  /** A client on two byte streams: all frames go one way, and who does not read is not read from. */
  attach(link: Link): void {
    this.#link = link;
    this.#door = link.out;
    link.out.onFull = () => this.#flow(true);
  }

  /** Where frames go that belong to no request. */
  leaveBy(door: Outgoing): void {
    this.#door = door;
  }

  /** The client takes bytes again. */
  drained(): void {
    this.#flow(false);
  }

  /** Whether what is sent to the client is read; while it is not, backends of its own are not read either. */
  keepsUp(yes: boolean): void {
    for (const backend of this.backends) {
      if (backend.sessions.has(this) && (yes || backend.sessions.size === 1)) backend.flow(!yes);
    }
  }

  /** Who asks. A legacy client is always the same, so its principal is made once. */
  principal(caller: Caller): Principal {
    const { agent, identity = this.identity } = caller;
    if (identity !== this.identity) return { ...identity, agent };
    if (this.#principal?.agent !== agent) this.#principal = { ...identity, agent };
    return this.#principal;
  }

  /** `identity` is who sent it, as it was proven this time. */
  receive(received: Frame, outlet: Outlet = this.#direct, identity = this.identity): void {
    const { frame } = cleared(received);
    switch (frame.kind) {
      case 'request':
        return this.request(frame, outlet, identity);
      case 'notification':
        return receiveNotice(this, frame);
      case 'reply':
        return this.questions.answer(frame);
      case 'batch':
        if (this.revision === BATCH_REVISION) return receiveBatch(this, frame, outlet, identity);
        return this.refuse(undefined, NO_BATCHES, frame.size, outlet);
      default:
        this.#malformed(frame, outlet);
    }
  }

  /** Works on one request; whatever happens, `outlet` hears of it exactly once. */
  request(frame: RequestFrame, outlet: Outlet, identity = this.identity): void {
    const { id } = frame;
    if (this.#running.has(id)) {
      const refusal = rpcError(RPC.invalidRequest, 'This id belongs to a request that is still running');
      return this.refuse(id, { refusal, code: 'SP8008' }, frame.size, outlet);
    }
    const rule = CLIENT_REQUESTS.get(frame.method);
    const admitted = this.#admit(frame);
    if (isRefused(admitted)) return this.refuse(id, admitted, frame.size, outlet);
    const caller = identity === this.identity ? admitted : { ...admitted, identity };
    if (this.account.running >= this.engine.config.limits.maxPending && mayLast(frame.method, rule)) {
      return this.refuse(id, { refusal: tooBusy(), code: 'SP3013' }, frame.size, outlet);
    }
    const request = new ClientRequest(this, frame, caller, outlet);
    const known = rule !== undefined && inRevision(rule, revisionOf(this, caller));
    if (known && rule.way === 'own') return answerOwn(request);
    if (known && rule.way === 'list') return askList(request);
    if (known || this.engine.policy.allowsMethod(frame.method)) return routeRequest(request, known ? rule : undefined);
    const refusal = rpcError(RPC.methodNotFound, 'Method not found');
    this.refuse(id, { refusal, code: 'SP3005' }, frame.size, outlet);
  }

  /** Refuses a frame before anything was asked of anybody. */
  refuse(id: RpcId | undefined, { refusal, code }: Refused, bytes: number, outlet: Outlet = this.#direct): void {
    const detail = detailOf(refusal);
    this.engine.audit.refused({ from: 'client', session: this.id, code, detail, bytes });
    const raw = id?.raw ?? (this.#wantsNullId() ? 'null' : undefined);
    outlet.send(errorLine(raw, refusal.body));
  }

  /** Notes what runs under a request's id, so that it can be cancelled and its id is not used twice. */
  hold(id: RpcId, running: InFlight): void {
    this.#running.hold(id, running);
  }

  /** The request under `id` is over. */
  release(id: RpcId): void {
    this.#running.release(id);
  }

  cancel(id: string | number, reason: Payload | undefined): void {
    this.#running.cancel(id, reason);
  }

  /** Whether the client waits for anything that will end. */
  get busy(): boolean {
    return this.#running.busy;
  }

  notify(method: string, params: Payload | undefined, outlet?: Outlet): void {
    const to = this.era === 'legacy' ? (this.revision ?? NEWEST_LEGACY) : NEWEST_MODERN;
    const line = notificationLine(method, noticeForClient(method, params, NEWEST_MODERN, to));
    if (outlet === undefined) this.stage(line);
    else outlet.aside(line);
  }

  stage(line: Line, owner?: Recorded): void {
    if (this.#door !== undefined) this.engine.turn.stage(this.#door, line, owner);
  }

  /** A backend this session uses takes requests; `again` after it had been gone. */
  backendOpened(backend: Backend, again: boolean): void {
    if (this.initialized) backend.conversation?.greet();
    if (this.logLevel !== undefined) passLogLevel(backend, this.logLevel);
    this.listens.backendOpened(backend);
    this.subscriptions.backendOpened(backend);
    if (again) this.engine.changes.everything(backend);
  }

  backendDown(backend: Backend): void {
    this.questions.backendGone(backend);
    this.listens.backendGone(backend);
    this.subscriptions.backendGone(backend);
  }

  /** Ends everything that runs, each with one answer. */
  lose(loss: Loss): void {
    this.#running.lose(loss);
  }

  /** The client is gone: what runs for it is called off, and its backends forget it. */
  end(): void {
    this.#running.end();
    for (const backend of this.backends) {
      if (!backend.sessions.has(this)) continue;
      this.questions.backendGone(backend);
      this.subscriptions.end(backend);
      backend.leave(this);
    }
    this.engine.forget(this);
    this.onEnd?.();
  }

  /** Settles the era, and who asks. */
  #admit(frame: RequestFrame): Caller | Refused {
    const { method } = frame;
    if (this.era === 'modern') return this.#modern(frame);
    if (this.era === 'legacy' && this.client !== undefined) {
      if (method !== 'initialize' && method !== 'ping') this.initialized = true;
      return this.client.caller;
    }
    if (method === 'initialize' || method === 'ping' || method === 'server/discover') return NOBODY;
    if (!looksModern(frame)) {
      const refusal = rpcError(RPC.invalidRequest, 'Not initialized: send `initialize` first');
      return { refusal, code: 'SP8009' };
    }
    const caller = this.#modern(frame);
    if (!isRefused(caller)) this.era = 'modern';
    return caller;
  }

  #modern({ params }: RequestFrame): Caller | Refused {
    const caller = modernCaller(params);
    if (!isRefused(caller)) this.#face ??= caller;
    return caller;
  }

  /** A broken answer or notification is answered with nothing; a line that cannot be read could be anything. */
  #malformed(frame: MalformedFrame, outlet: Outlet): void {
    const { code, id, as, detail, size } = frame;
    const unreadable = code === 'SP8001' || code === 'SP8002';
    if (as === 'reply' || (as === 'notification' && !unreadable)) {
      return this.engine.audit.refused({ from: 'client', session: this.id, code, detail, bytes: size });
    }
    if (unreadable)
      return this.refuse(undefined, { refusal: rpcError(RPC.parse, `Parse error: ${detail}`), code }, size, outlet);
    this.refuse(id, { refusal: rpcError(RPC.invalidRequest, `Invalid request: ${detail}`), code }, size, outlet);
  }

  /** Before 2025-11-25, and before a revision is agreed an error must have an id, and JSON-RPC says null. */
  #wantsNullId(): boolean {
    const onlyModern = this.backends.every(({ config }) => config.era === 'modern');
    return this.era !== 'modern' && !onlyModern && (this.revision === undefined || this.revision < '2025-11-25');
  }

  #flow(paused: boolean): void {
    clearTimeout(this.#relief);
    if (paused) {
      this.#link?.pause();
      this.#relief = setTimeout(() => this.engine.relieve(), SLOW_MS).unref();
    } else this.#link?.resume();
    for (const backend of this.backends) if (backend.sessions.has(this)) backend.flow(paused);
  }
}

/** Whether a request can take time: all but those the gateway answers at once. */
function mayLast(method: string, rule: MethodRule | undefined): boolean {
  return rule?.way !== 'own' || method === 'subscriptions/listen';
}
