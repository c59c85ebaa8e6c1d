import type { Json } from '../../model/json.ts';
import type { Server } from '../../model/server.ts';
import type { Asking, Backend, Engine } from '../ports.ts';
import type { Pending } from './pending.ts';

/** A backend that can rest, with what it has not answered. */
export type Rested = Backend & {
  readonly server: Server;
  readonly conversation: { readonly pending: Iterable<Pending> } | undefined;
};

/**
 * Ends a backend that nobody has needed for a while. It is needed while it works on a request, waits for an answer of a
 * client, or tells of resources somebody subscribed to. One that has made a task is needed for as long as it runs,
 * because the task and its outcome end with it, and nobody knows how long it would have kept them.
 */
export class IdleEnding {
  readonly #backend: Rested;
  readonly #engine: Engine;
  /** Undefined: it may be idle for as long as it likes. */
  #afterMs: number | undefined;
  /** It must be started anew, as soon as nobody needs it. */
  #anew = false;
  readonly #end: (anew: boolean) => void;
  #usedAt = 0;
  #tasksBefore = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(backend: Rested, engine: Engine, end: (anew: boolean) => void) {
    this.#backend = backend;
    this.#engine = engine;
    this.#end = end;
  }

  /** `end` is called when it was not needed for long enough; undefined for one that is never ended for that. */
  static of(backend: Rested, engine: Engine, end: (anew: boolean) => void): IdleEnding | undefined {
    if (backend.server.rest === undefined) return undefined;
    return new IdleEnding(backend, engine, end);
  }

  /** It is open. */
  begin(): void {
    this.#tasksBefore = this.#backend.taskOwners.made;
    this.#anew = false;
    this.#afterMs = this.#backend.config.sandbox.limits.idleMs;
    this.used();
    this.configured();
    if (this.#afterMs !== undefined && !this.#anew) this.#look(this.#afterMs);
  }

  /** What it needs has changed: it is ended once nobody needs it, and started anew. */
  anew(): void {
    this.#anew = true;
    this.#look(0);
  }

  /** What it runs in may be another thing than its config says now. */
  configured(): void {
    const { name, server } = this.#backend;
    if (server.isOutdated !== true || this.#anew) return;
    const why = 'what it runs in has changed: it is started anew once nobody needs it';
    this.#engine.log.write('info', 'backend_outdated', { backend: name, why });
    this.anew();
  }

  /** It was asked something, or has answered. */
  used(): void {
    this.#usedAt = this.#engine.clock.monotonic();
    if (this.#anew) this.#look(0);
  }

  /** It is gone. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(inMs: number): void {
    const { turn } = this.#engine;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => turn.run(() => this.#lookNow()), inMs).unref();
  }

  #lookNow(): void {
    const isNeeded = this.#isNeeded();
    if (this.#anew && !isNeeded) return this.#end(true);
    if (this.#afterMs === undefined) return;
    if (isNeeded) this.#usedAt = this.#engine.clock.monotonic();
    const left = this.#usedAt + this.#afterMs - this.#engine.clock.monotonic();
    if (left > 0) this.#look(left);
    else this.#end(false);
  }

  #isNeeded(): boolean {
    const { conversation, watches, taskOwners } = this.#backend;
    if (!watches.isEmpty || taskOwners.made !== this.#tasksBefore) return true;
    for (const { asking } of conversation?.pending ?? []) if (!tellsOfListsAlone(asking)) return true;
    return asksClient(this.#backend);
  }
}

/** Whether a client has not answered something it was asked. */
export function asksClient(backend: Backend): boolean {
  for (const { questions } of backend.sessions) if (questions.count(backend) > 0) return true;
  return false;
}

/**
 * Whether all a request wants is to hear of changed lists. The lists of a server that does not run do not change, and
 * the stream is opened anew with the next start.
 */
function tellsOfListsAlone({ method, params }: Asking): boolean {
  if (method !== 'subscriptions/listen') return false;
  const wanted = params?.member('notifications')?.json() as Json | undefined;
  const some = (values: unknown) => Array.isArray(values) && values.length > 0;
  return wanted !== undefined && !some(wanted.resourceSubscriptions) && !some(wanted.taskIds);
}
