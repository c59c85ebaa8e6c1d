import type { Answer } from '../model/call.ts';
import type { Json } from '../model/json.ts';
import type { Payload } from '../wire/payload.ts';
import type { ListKind } from './facts.ts';
import type { Question, Sent } from './question.ts';

/*
 * What clients hear of their backends without asking. ports.ts says what a `Backend`, a `Request` and an `Asking` are
 * and names these interfaces with them.
 */

/** Resources of a legacy backend that somebody wants to hear of: one subscription each, however many share it. */
export interface WatchTableOf<Asking> {
  /** Nobody wants to hear of anything, and the server is being told of nothing. */
  readonly isEmpty: boolean;
  /** Joins those who watch `uri`, by a client's own request or one of ours; `done` hears how it went. */
  join(watcher: object, uri: string, asking: Asking | undefined, done: (answer: Answer) => void): Sent;
  /** Leaves again, whether it was told yet or not. */
  leave(watcher: object, uri: string): void;
  /** Leaves by a client's own request, which the server sees when nobody else watches `uri`. */
  leaveBy(watcher: object, uri: string, asking: Asking, done: (answer: Answer) => void): Sent;
}

/** The gateway's own streams to modern backends, for one client. */
interface OwnStreams<Backend> {
  /** A backend says what it agreed to on a stream of ours. */
  agreed(backend: Backend, id: number, agreed: Json): void;
  /** Whether `id`, a stream of ours to `backend`, is one this client hears of it on. */
  carries(backend: Backend, id: number): boolean;
}

/** What a legacy client hears. */
export interface SubscriptionsOf<Backend, Asking> extends OwnStreams<Backend> {
  /** Carries out a `resources/subscribe` or `unsubscribe` for the backend's own `uri`. */
  ask(backend: Backend, uri: string, asking: Asking, question: Question, done: (answer: Answer) => void): Sent;
  /** Whether an update of `uri`, which may lie below a subscribed one, is for this client; `stream` is its tag. */
  wants(backend: Backend, uri: string, stream: number | undefined): boolean;
  /** Asks for news of a task a modern backend has made for this client. */
  followTask(backend: Backend, taskId: string): void;
  /** The task has ended, so nothing more will be told of it. */
  forgetTask(backend: Backend, taskId: string): void;
}

/** The streams a modern client has open. */
export interface StreamsOf<Backend, Request> extends OwnStreams<Backend> {
  /** Opens one; it is acknowledged once the backends have agreed, and answered when it ends. */
  open(request: Request): void;
  listChanged(kind: ListKind): void;
  /** Hands on what a modern backend sent on a stream of ours, with the client's tag. */
  deliver(backend: Backend, id: number, method: string, params: Payload): void;
  /** Hands an update of a resource of a legacy backend to the streams that asked for it. */
  updated(backend: Backend, uri: string, method: string, params: Payload): void;
  /** Whether a stream follows a task of a legacy backend. */
  followsTask(backend: Backend, taskId: string): boolean;
  /** Hands news of a task of a legacy backend to the streams that follow it. */
  taskChanged(backend: Backend, taskId: string, params: Payload): void;
}
