import type { Approvals } from '../model/approvals.ts';
import type { AuditLog } from '../model/audit.ts';
import type { Answer, Reply } from '../model/call.ts';
import type { Clock } from '../model/clock.ts';
import type { Code } from '../model/codes.ts';
import type { BackendConfig, Config } from '../model/config.ts';
import type { Era, EraMemory } from '../model/era.ts';
import type { Ids } from '../model/ids.ts';
import type { Log } from '../model/log.ts';
import type { Offered } from '../model/offered.ts';
import type { Registry } from '../model/pins.ts';
import type { Identity, Principal } from '../model/principal.ts';
import type { Outage } from '../model/server.ts';
import type { Tracing } from '../model/tracing.ts';
import type { Policy } from '../policy/policy.ts';
import type { ListMethod } from '../protocol/methods.ts';
import type { Seal } from '../protocol/seal.ts';
import type { RequestFrame, RpcId } from '../wire/frame.ts';
import type { Payload } from '../wire/payload.ts';
import type { Line } from '../wire/writer.ts';
import type { AgreedCall } from './agreed-call.ts';
import type { Caller, Refused } from './caller.ts';
import type { CatalogOf } from './catalog-port.ts';
import type { ChatterMeter } from './chatter.ts';
import type { Deciding } from './deciding.ts';
import type { ClientFacts, ListKind, ServerFacts } from './facts.ts';
import type { FinishedTasks } from './finished-tasks.ts';
import type { InFlight } from './in-flight.ts';
import type { InOrder } from './in-order.ts';
import type { Intake } from './intake.ts';
import type { IssuedStates } from './issued-states.ts';
import type { StreamsOf, SubscriptionsOf, WatchTableOf } from './news.ts';
import type { Outlet } from './outlet.ts';
import type { Answered, Asker, QuestionTaker, Sent } from './question.ts';
import type { QuestionsOf } from './questions-port.ts';
import type { TaskOwners } from './task-owners.ts';
import type { Recorded, Turn } from './turn.ts';

/*
 * What the parts of a running gateway may ask of each other. The classes behind these interfaces are put together
 * in gateway.ts, fleet/, client/session.ts and backend/backend.ts; all else knows only what stands here.
 */

export interface Engine {
  readonly version: string;
  /** The policy and its settings in force now; an exchange keeps the one it began with. */
  readonly config: Config;
  readonly policy: Policy;
  readonly turn: Turn;
  readonly audit: AuditLog;
  /** Has people asked whether a call may be made. */
  readonly approvals: Approvals;
  /** Follows requests of clients; undefined where nothing is traced. */
  readonly tracing: Tracing | undefined;
  readonly log: Log;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly seal: Seal;
  readonly eras: EraMemory;
  /** What is pinned of the backends. */
  readonly registry: Registry;
  readonly sessions: ReadonlySet<Session>;
  readonly changes: ListChanges;
  readonly order: InOrder;
  readonly deciding: Deciding;
  readonly intake: Intake;
  /** Whether backend names stand in front of tools, prompts and URIs. */
  readonly prefixed: boolean;
  forget(session: Session): void;
  /** The processes of a legacy server, for calls that may be asked back. */
  lanes(backend: Backend): Lanes;
  /** Something waits for an answer, so time is kept. */
  wake(): void;
  /** Somebody does not keep up for a while, so there is time to free memory: a full pipe alone is no such time. */
  relieve(): void;
}

/** The processes of one legacy server, each with at most one call that may be asked back. */
export interface Lanes {
  take(then: (lane: Backend) => void): (() => void) | false;
  park(lane: Backend, parked: boolean): void;
  release(lane: Backend): void;
}

/** News that lists are not what they were, on the way to clients. */
export interface ListChanges {
  /** A list of `backend` is not what it was. */
  note(backend: Backend, kind: ListKind): void;
  /** All lists of `backend` may have changed: it was restarted, or the policy was. */
  everything(backend: Backend): void;
}

/** What the gateway keeps for one principal, over all of its clients. */
export interface Account {
  readonly subject: string;
  readonly states: IssuedStates;
  readonly parked: ParkedTable;
  readonly finished: FinishedTasks;
  /** Requests that run for its clients now. */
  running: number;
}

/** The calls of one principal that wait until the client has answered what their server asked. */
export interface ParkedTable {
  readonly isFull: boolean;
  add(id: string, call: ParkedCall): void;
  get(id: string): ParkedCall | undefined;
  delete(id: string): void;
}

/** A call of a legacy server whose client was asked something, and comes back with a request of its own. */
export interface ParkedCall {
  /** The client is back with answers and waits for the result. */
  resume(request: Request, round: number, done: Answered): Sent;
}

/** One client: what it asked, what it is asked, and what it has said of itself. */
export interface Session {
  readonly id: string;
  readonly identity: Identity;
  /** Whose it is, as sessions and counts are kept: see `accountOf`. */
  readonly owner: string;
  /** Whose tasks, cursors and parked calls are its own: see `holderOf`. */
  readonly holder: string;
  readonly engine: Engine;
  readonly account: Account;
  /** Those it works with, in the order of the config, which is the order of every merged list. */
  readonly backends: readonly Backend[];
  readonly questions: Questions;
  readonly subscriptions: Subscriptions;
  readonly listens: Streams;
  readonly chatter: ChatterMeter;
  /** Settled by the first request that is possible in one era only. */
  era: Era | undefined;
  client: ClientFacts | undefined;
  /** What the client said of itself when it first said anything, in either era. */
  readonly face: Caller | undefined;
  /** The legacy client has said that it is ready, or has begun to act as if it were. */
  initialized: boolean;
  /** Revision the client was told (legacy). */
  revision: string | undefined;
  /** Least level of log messages a legacy client asked for. */
  logLevel: string | undefined;
  /** Headers that came with its one request (2026-07-28); undefined for a client that sends none. */
  readonly headers: ((header: string) => readonly string[]) | undefined;
  /** Whether the client waits for anything that will end. */
  readonly busy: boolean;
  backend(name: string): Backend | undefined;
  principal(caller: Caller): Principal;
  /** Notes what runs under a request's id, so that it can be cancelled and its id is not used twice. */
  hold(id: RpcId, running: InFlight): void;
  release(id: RpcId): void;
  cancel(id: string | number, reason: Payload | undefined): void;
  /** Sends a notification: beside a request's answer, if it belongs to one. */
  notify(method: string, params: Payload | undefined, outlet?: Outlet): void;
  stage(line: Line, owner?: Recorded): void;
  /** A backend this session uses takes requests; `again` after it had been gone. */
  backendOpened(backend: Backend, again: boolean): void;
  backendDown(backend: Backend): void;
}

/** A client's request with everything needed to answer it. */
export interface Request extends Asker {
  readonly session: Session;
  readonly frame: RequestFrame;
  readonly caller: Caller;
  readonly outlet: Outlet;
  /** What a person has agreed to of it. */
  agreed?: AgreedCall | undefined;
  /** Refuses it before anything was asked of anybody. */
  refuse(refused: Refused): void;
}

/** What servers have asked one client and it has not answered. */
export type Questions = QuestionsOf<Backend>;
export type Subscriptions = SubscriptionsOf<Backend, Asking>;
export type Streams = StreamsOf<Backend, Request>;
export type WatchTable = WatchTableOf<Asking>;
export type Catalog = CatalogOf<Session>;

/** An MCP server as the gateway sees it: opened on demand, with the facts it told and what it offers. */
export interface Backend {
  readonly name: string;
  readonly config: BackendConfig;
  readonly catalog: Catalog;
  readonly chatter: ChatterMeter;
  readonly taskOwners: TaskOwners;
  /** Resources of a legacy backend that somebody wants to hear of. */
  readonly watches: WatchTable;
  /** Sessions that have used it, and get its notifications. */
  readonly sessions: ReadonlySet<Session>;
  /** What it said of itself; undefined until it has been open. */
  readonly facts: ServerFacts | undefined;
  /** The era it speaks; undefined until it has been open, unless the config says it. */
  readonly era: Era | undefined;
  /** It has answered its handshake and takes requests. */
  readonly isOpen: boolean;
  /**
   * Whether `facts` are what it would tell a client of `era` that asks for `revision`, though it was never started: they
   * are those that were pinned.
   */
  recalls(era: Era, revision?: string): boolean;
  /** Has policy judge the instructions among `facts` that were recalled, which hold none before; then calls `then`. */
  introduce(then: () => void): void;
  /** What it would list, as far as that is known without starting it. */
  recalled(method: ListMethod): Reply | undefined;
  /** What holds its process: a driver of sandboxes, or `none`; undefined while there is no process of ours. */
  readonly confinedBy: string | undefined;
  /** Requests it has not answered, cancelled ones included. */
  readonly inFlight: number;
  /** Those of one principal. */
  inFlightFor(subject: string): number;
  readonly conversation: Conversation | undefined;
  /** `session` has ended and uses it no more. */
  leave(session: Session): void;
  /** A merged list was answered without it, so it is news when it opens. */
  missed: boolean;
  /** Called when it is lost before it was open for the first time. */
  onFirstFailure: ((outage: Outage) => void) | undefined;
  /** Ids are the gateway's own, grow, and are never used again, so they may be taken before they are needed. */
  nextId(): number;
  /** Makes sure it is open; `then` hears when it is, or why it is not. */
  open(session: Session | undefined, then: (outage: Outage | undefined) => void): void;
  /** Asks it something, once it is open; `done` is called once, unless it is cancelled or withdrawn. */
  request(asking: Asking, done: (answer: Answer) => void): Sent;
  /** Sends a notification, if it is open. */
  tell(method: string, params: Payload | undefined): void;
  /** Answers one of its questions. */
  reply(line: Line, owner?: Recorded): void;
  /** A client told it the folders it works in, as URIs: one that cannot reach them is started anew. */
  rooted(folders: readonly string[]): void;
  /** Records that it said something it may not say, unless it does so all the time; then some. */
  refuse(code: Code, detail: string, bytes: number, session?: string): void;
  /** Pauses or resumes what it sends, for a client that does not read. */
  flow(paused: boolean): void;
}

/** A request for a backend, in its own words. */
export interface Asking {
  readonly id: number;
  readonly method: string;
  readonly params: Payload | undefined;
  /** Who asks; undefined when the gateway does for itself. */
  readonly session: Session | undefined;
  /** What the asker said of itself; undefined when the gateway asks in its own words. */
  readonly caller?: Caller | undefined;
  /** Where goes what the backend sends on the way to the answer. */
  readonly outlet?: Outlet | undefined;
  /** Takes what the backend asks meanwhile; undefined when the session does. */
  readonly questions?: QuestionTaker | undefined;
  /** Raw JSON of the client's progress token. */
  readonly progressToken?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly owner?: Recorded | undefined;
  /** It is about tasks, or may become one, so a modern backend must be told that whoever asks takes them. */
  readonly tasks?: boolean | undefined;
  /** What was judged: the request leaves only while the backend still offers the very same. */
  readonly offered?: Offered | undefined;
}

/** Who wants to hear of progress, and how it went so far. */
export interface ProgressWanted {
  /** Who asked; undefined when the gateway did for itself. */
  readonly session: Session | undefined;
  readonly outlet: Outlet | undefined;
  /** Raw JSON of the client's progress token, when progress is wanted. */
  readonly progressToken: string | undefined;
  lastProgress: number;
}

/** A request a backend works on. */
export interface Waited {
  readonly id: number;
  readonly asking: Asking;
}

/** One life of a backend's process. */
export interface Conversation {
  /** Says once that the session is initialized, as the legacy era asks before any request. */
  greet(): void;
  send(asking: Asking, done: (answer: Answer) => void): Sent;
  /** Who wants progress under `token`, which is the id the gateway gave the request. */
  progressWanted(token: string | number | undefined): ProgressWanted | undefined;
  /** A task goes on after its call was answered, and so does its progress. */
  keepProgress(id: number, wanted: ProgressWanted): void;
  /** It is over, or nobody waits for it. */
  dropProgress(id: number): void;
  /** Requests nobody has called off, oldest first; with `about`, that one alone. */
  waiting(about?: number): readonly Waited[];
}
