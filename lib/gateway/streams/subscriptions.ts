import type { Answer } from '../../model/call.ts';
import type { Json } from '../../model/json.ts';
import { RPC } from '../../protocol/revisions.ts';
import { covers } from '../../protocol/uris.ts';
import type { Asking, Backend, Session, Subscriptions } from '../ports.ts';
import type { Question, Sent } from '../question.ts';
import { rpcError } from '../refusal.ts';
import { Following } from './following.ts';
import { onceOpen } from './once-open.ts';

/** Resources one client may be subscribed to with one backend. */
const MOST_URIS = 1000;
/** Characters of their URIs: they stay until the client ends. */
const MOST_CHARS = 256 * 1024;

/**
 * What a legacy client hears of its backends without asking: updates of resources it subscribed to and, since modern
 * servers tell nothing unless they are asked to, changes of lists and news of tasks. A legacy backend is told of each
 * resource, a modern one has a stream.
 */
export class ResourceSubscriptions implements Subscriptions {
  readonly #session: Session;
  /** The resources of each backend. */
  readonly #uris = new Map<Backend, Set<string>>();
  /** The streams of modern backends. */
  readonly #following = new Map<Backend, Following>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Carries out a `resources/subscribe` or `unsubscribe` for the backend's own `uri`. */
  ask(backend: Backend, uri: string, asking: Asking, question: Question, done: (answer: Answer) => void): Sent {
    const ask = () => this.#ask(backend, uri, asking, question, done);
    return onceOpen(backend, this.#session, ask, (loss) => done({ loss }));
  }

  /** Whether an update of `uri`, which may lie below a subscribed one, is for this session; `stream` is its tag. */
  wants(backend: Backend, uri: string, stream: number | undefined): boolean {
    const following = this.#following.get(backend);
    if (following !== undefined && !following.isOn(stream)) return false;
    return covers(this.#uris.get(backend) ?? [], uri);
  }

  /** Whether `id`, a stream of ours to `backend`, is the one this client hears of it on. */
  carries(backend: Backend, id: number): boolean {
    return this.#following.get(backend)?.isOn(id) === true;
  }

  /** A modern backend says what it agreed to on a stream of ours. */
  agreed(backend: Backend, id: number, agreed: Json): void {
    this.#following.get(backend)?.agreed(id, agreed);
  }

  /** Asks for news of a task a modern backend has made for this client. */
  followTask(backend: Backend, taskId: string): void {
    this.#following.get(backend)?.addTask(taskId);
  }

  /** A task has ended, so nothing more will be told of it. */
  forgetTask(backend: Backend, taskId: string): void {
    this.#following.get(backend)?.dropTask(taskId);
  }

  /** A backend this client uses takes requests, for the first time or anew, and remembers nothing. */
  backendOpened(backend: Backend): void {
    if (this.#session.era !== 'legacy') return;
    const uris = this.#urisOf(backend);
    if (backend.era === 'legacy') {
      this.#following.delete(backend);
      for (const uri of uris) backend.watches.join(this, uri, undefined, () => {});
      return;
    }
    const following = this.#following.get(backend) ?? new Following(this.#session, backend, uris);
    this.#following.set(backend, following);
    following.begin();
  }

  backendGone(backend: Backend): void {
    this.#following.get(backend)?.gone();
  }

  /** The client is gone: whatever nobody else wants is given up. */
  end(backend: Backend): void {
    for (const uri of this.#uris.get(backend) ?? []) backend.watches.leave(this, uri);
    this.#uris.delete(backend);
    this.#following.get(backend)?.end();
    this.#following.delete(backend);
  }

  #ask(backend: Backend, uri: string, asking: Asking, question: Question, done: (answer: Answer) => void): Sent {
    const subscribes = question.call.action === 'resources/subscribe';
    const following = this.#following.get(backend);
    const uris = this.#urisOf(backend);
    if (subscribes && (uris.size >= MOST_URIS || lengthOf(uris) + uri.length > MOST_CHARS)) {
      done(rpcError(RPC.limited, `A client may subscribe to ${MOST_URIS} resources of a backend`));
      return { cancel: () => {}, withdraw: () => {} };
    }
    if (following !== undefined) {
      return subscribes ? following.add(uri, question, done) : following.remove(uri, question, done);
    }
    if (!subscribes) {
      uris.delete(uri);
      return backend.watches.leaveBy(this, uri, asking, done);
    }
    return backend.watches.join(this, uri, asking, (answer) => {
      if (answer !== 'cancelled' && !('loss' in answer) && answer.ok) uris.add(uri);
      done(answer);
    });
  }

  #urisOf(backend: Backend): Set<string> {
    const uris = this.#uris.get(backend) ?? new Set<string>();
    this.#uris.set(backend, uris);
    return uris;
  }
}

function lengthOf(uris: ReadonlySet<string>): number {
  let length = 0;
  for (const uri of uris) length += uri.length;
  return length;
}
