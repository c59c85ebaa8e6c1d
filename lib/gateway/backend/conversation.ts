import type { Answer, Loss } from '../../model/call.ts';
import type { Era } from '../../model/era.ts';
import type { Outage } from '../../model/server.ts';
import { RPC } from '../../protocol/revisions.ts';
import type { MalformedFrame, ReplyFrame } from '../../wire/frame.ts';
import type { Channel } from '../../wire/link.ts';
import type { Payload } from '../../wire/payload.ts';
import { type Line, lineSize, notificationLine, requestLine } from '../../wire/writer.ts';
import { cancelledParams } from '../cancelled.ts';
import { levelRank, passLogLevel } from '../log-level.ts';
import type { Asking, Backend, Conversation, Engine, ProgressWanted } from '../ports.ts';
import type { Sent } from '../question.ts';
import { invalidAnswer, rpcError } from '../refusal.ts';
import type { Recorded } from '../turn.ts';
import { AbandonedCalls } from './abandoned.ts';
import { Flow } from './flow.ts';
import { Pending, PendingTable } from './pending.ts';
import { wordsFor } from './words.ts';

/** Bytes a backend may leave unread before further requests for it are refused. */
const MOST_UNREAD = 16 * 1024 * 1024;
/** Requests a backend may leave unanswered for each one a principal may have, those that were called off included. */
const UNANSWERED = 2;
/** How long a backend may stay busy with a call that timed out before it must prove that it lives. */
const OVERDUE_MS = 5000;
const PING_MS = 5000;
/** Tasks whose progress is still followed; the oldest is forgotten first. */
const MOST_TASKS = 256;

const NOTHING_SENT: Sent = { cancel: () => {}, withdraw: () => {} };

/** One life of a backend's process: what was sent to it and not yet answered. */
export class ServerConversation implements Conversation {
  readonly pending = new PendingTable();
  readonly channel: Channel;
  readonly flow: Flow;
  readonly #backend: Backend;
  readonly #name: string;
  readonly #engine: Engine;
  /** Called when the backend must be given up. */
  readonly #giveUp: (outage: Outage) => void;
  #era: Era = 'legacy';
  readonly #abandoned = new AbandonedCalls();
  #pingMs: number | undefined;
  /** Newest ids that were sent and answered. */
  #lastSent = 0;
  #lastAnswered = 0;
  #probing = false;
  /** Rank of the log level modern clients' requests have made it take. */
  #level = Number.POSITIVE_INFINITY;
  #greeted = false;
  readonly #tasks = new Map<number, ProgressWanted>();

  constructor(channel: Channel, backend: Backend, engine: Engine, giveUp: (outage: Outage) => void) {
    this.channel = channel;
    this.flow = new Flow(channel);
    this.#backend = backend;
    this.#name = backend.name;
    this.#engine = engine;
    this.#giveUp = giveUp;
  }

  /** The era in which it is talked to from now on. */
  speak(era: Era): void {
    this.#era = era;
  }

  get #legacy(): boolean {
    return this.#era === 'legacy';
  }

  /** Sends a request; `done` is called once, unless it is cancelled or withdrawn. */
  send(asking: Asking, done: (answer: Answer) => void): Sent {
    const params = wordsFor(this.#era, asking, this.#engine);
    if (params === 'malformed') {
      done(rpcError(RPC.invalidParams, '`params._meta` must be an object'));
      return NOTHING_SENT;
    }
    const line = requestLine(asking.id, asking.method, params);
    if (this.#isBehind(lineSize(line))) {
      done({ loss: { code: 'SP5004', text: `${this.#name} does not read its requests`, retryAfterMs: 1000 } });
      return NOTHING_SENT;
    }
    if (this.pending.size >= UNANSWERED * this.#engine.config.limits.maxPending) {
      done({ loss: { code: 'SP5004', text: `${this.#name} does not answer its requests`, retryAfterMs: 1000 } });
      return NOTHING_SENT;
    }
    if (this.#legacy) this.#lowerLevel(asking.caller?.logLevel);
    this.#lastSent = Math.max(this.#lastSent, asking.id);
    const pending = new Pending(asking, done, this);
    this.pending.add(pending);
    asking.owner?.call?.trace?.sent(asking.id, this.#backend.facts?.version);
    this.stage(line, asking.owner);
    return pending;
  }

  /** Notifications are lost on a backend that reads nothing anyway. */
  tell(method: string, params: Payload | undefined): void {
    if (!this.#isBehind(0)) this.stage(notificationLine(method, params));
  }

  /** Answers one of its questions. Whoever asks on and on and never reads an answer is given up. */
  reply(line: Line, owner?: Recorded): void {
    if (!this.#isBehind(0)) return this.stage(line, owner);
    this.#giveUp({ code: 'SP5004', text: `${this.#name} asks and does not read the answers` });
  }

  stage(line: Line, owner?: Recorded): void {
    this.#engine.turn.stage(this.channel.out, line, owner);
  }

  /** A task goes on after its call was answered, and so does its progress. */
  keepProgress(id: number, wanted: ProgressWanted): void {
    if (this.#tasks.size >= MOST_TASKS) this.#tasks.delete(this.#tasks.keys().next().value!);
    this.#tasks.set(id, wanted);
  }

  dropProgress(id: number): void {
    this.#tasks.delete(id);
  }

  /** Who wants progress under `token`, which is the id the gateway gave the request. */
  progressWanted(token: string | number | undefined): ProgressWanted | undefined {
    const pending = this.pending.find(token);
    if (pending !== undefined) return pending.abandoned ? undefined : pending;
    return typeof token === 'number' ? this.#tasks.get(token) : undefined;
  }

  waiting(about?: number): readonly Pending[] {
    return this.pending.waiting(about);
  }

  /** Says once that the session is initialized, as the legacy era asks before any request. */
  greet(): void {
    if (this.#greeted || !this.#legacy) return;
    this.#greeted = true;
    this.tell('notifications/initialized', undefined);
  }

  /** Stops waiting for an answer; the slot stays taken for a while, see {@link AbandonedCalls}. */
  abandon(pending: Pending, cancelled: Payload | undefined): void {
    if (pending.abandoned || this.pending.find(pending.id) !== pending) return;
    pending.abandoned = true;
    this.#abandoned.add(pending, this.#lastSent);
    // Not `tell`: a backend that is behind must hear of it most of all. The client's words may be long, so they wait.
    const reason = this.#isBehind(0) ? undefined : cancelled;
    this.stage(notificationLine('notifications/cancelled', cancelledParams(pending.id, reason)));
  }

  withdraw(pending: Pending): void {
    if (this.pending.find(pending.id) === pending) this.pending.take(pending.id);
    this.#abandoned.answered(pending);
  }

  /** Hands an answer to whoever asked; false when nothing was asked under its id. */
  answer(frame: ReplyFrame): boolean {
    const pending = this.#taken(frame.id?.key);
    if (pending === undefined) return this.#abandoned.isLate(frame.id?.key);
    if (pending.overdueMs !== undefined) this.#pingMs = undefined;
    if (pending.abandoned) return true;
    if (frame.broken !== undefined) this.#broken(pending, frame.broken);
    else if (frame.result !== undefined) pending.done({ ok: true, body: frame.result });
    else this.#refused(pending, frame.error!);
    return true;
  }

  /** A request will not be answered. */
  lose(id: number, loss: Loss): void {
    const pending = this.#taken(id);
    if (pending !== undefined && !pending.abandoned) pending.done({ loss });
  }

  /** Whether a frame nobody can read was the answer to something. */
  misanswered(frame: MalformedFrame): boolean {
    const pending = frame.as === 'reply' || frame.code === 'SP8004' ? this.#taken(frame.id?.key) : undefined;
    if (pending === undefined) return false;
    if (!pending.abandoned) this.#broken(pending, frame.detail);
    return true;
  }

  /** Lets `ms` pass. `paused` stops the clock of calls: the client is being asked something. */
  tick(ms: number, paused: boolean): void {
    for (const pending of this.pending) this.#tickPending(pending, ms, paused);
    for (const { id } of this.#abandoned.tick(ms, this.#lastAnswered)) this.pending.take(id);
    if (this.#abandoned.wantsSign) this.#probe();
    // Its sign of life may be among what we do not read.
    if (this.#pingMs === undefined || this.flow.isPaused) return;
    this.#pingMs += ms;
    if (this.#pingMs <= PING_MS) return;
    this.#giveUp({
      code: 'SP5003',
      text: `${this.#name} stayed busy after a call timed out and answers no ping`,
    });
  }

  /** The process is gone; whose answer was its last word gets that. */
  endAfterLastWords(loss: Loss): void {
    this.flow.whenJudged(() => this.#engine.turn.run(() => this.end(loss)));
  }

  /** Answers everything still open, once the process is gone. */
  end(loss: Loss): void {
    for (const pending of this.pending.takeAll()) if (!pending.abandoned) pending.done({ loss });
  }

  /** Whether it leaves too much unread for `bytes` more. What is dropped for it is freed at once. */
  #isBehind(bytes: number): boolean {
    if (this.channel.out.backlog + bytes <= MOST_UNREAD) return false;
    this.#engine.relieve();
    return true;
  }

  /** A legacy server has one level for everybody, so it is the least that a request has wanted so far. */
  #lowerLevel(wanted: string | undefined): void {
    const rank = levelRank(wanted);
    if (wanted === undefined || rank === -1 || rank >= this.#level) return;
    this.#level = rank;
    passLogLevel(this.#backend, wanted);
  }

  #taken(id: string | number | undefined): Pending | undefined {
    const pending = this.pending.take(id);
    if (pending === undefined) return undefined;
    this.#lastAnswered = Math.max(this.#lastAnswered, pending.id);
    if (pending.abandoned) this.#abandoned.answered(pending);
    return pending;
  }

  #probe(): void {
    if (this.#probing) return;
    this.#probing = true;
    this.#askForSign(() => {
      this.#probing = false;
    });
  }

  #refused(pending: Pending, error: Payload): void {
    const code = error.member('code')?.text();
    if (code !== undefined) pending.asking.owner?.call?.trace?.failed(code);
    pending.done({ ok: false, body: error });
  }

  #broken(pending: Pending, detail: string): void {
    pending.done(invalidAnswer(this.#name, detail));
  }

  #tickPending(pending: Pending, ms: number, paused: boolean): void {
    if (pending.overdueMs !== undefined) {
      pending.overdueMs += ms;
      if (pending.overdueMs >= OVERDUE_MS) this.#ping(pending);
    } else if (pending.remainingMs !== undefined && !pending.abandoned && !paused) {
      pending.remainingMs -= ms;
      if (pending.remainingMs <= 0) this.#expire(pending);
    }
  }

  #expire(pending: Pending): void {
    pending.overdueMs = 0;
    this.abandon(pending, undefined);
    const text = `${this.#name} did not answer in time; the call was cancelled and may have taken effect`;
    pending.done({ loss: { code: 'SP5003', text } });
  }

  /** A server that still answers pings is left alone, however long it works on a cancelled call. */
  #ping(overdue: Pending): void {
    overdue.overdueMs = Number.NEGATIVE_INFINITY;
    if (!this.#legacy || this.#pingMs !== undefined) return;
    this.#pingMs = 0;
    this.#askForSign((answer) => {
      if (answer !== 'cancelled' && !('loss' in answer)) this.#pingMs = undefined;
    });
  }

  /** Asks for something every server answers at once, unless it is stuck. */
  #askForSign(done: (answer: Answer) => void): void {
    const id = this.#backend.nextId();
    const method = this.#legacy ? 'ping' : 'server/discover';
    this.send({ id, method, params: undefined, session: undefined }, done);
  }
}
