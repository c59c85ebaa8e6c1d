import type { After } from '../model/after.ts';
import type { Clock } from '../model/clock.ts';
import type { Matter } from './matter.ts';
import { keyOf, OpenRequest } from './open-request.ts';
import { shortId } from './short-ids.ts';
import type { ApprovalStore } from './store.ts';

/** Requests of one client of one account, and in all, beyond which nobody is asked. */
const MOST_OF_ONE = 32;
const MOST = 1000;

export interface RequestGround {
  readonly clock: Clock;
  readonly key: Buffer;
  readonly store: ApprovalStore;
  readonly after: After;
  readonly sessionsEnd: boolean;
}

/** The requests that wait, in memory and on disk. */
export class RequestBook {
  readonly #ground: RequestGround;
  readonly #byId = new Map<string, OpenRequest>();
  readonly #byKey = new Map<string, OpenRequest>();
  readonly #expired: (request: OpenRequest) => void;

  constructor(ground: RequestGround, expired: (request: OpenRequest) => void) {
    this.#ground = ground;
    this.#expired = expired;
  }

  get all(): readonly OpenRequest[] {
    return [...this.#byId.values()];
  }

  get(id: string): OpenRequest | undefined {
    return this.#byId.get(id);
  }

  like(matter: Matter): OpenRequest | undefined {
    return this.#byKey.get(keyOf(matter.bindings));
  }

  hasRoomFor({ bindings: { account, client } }: Matter): boolean {
    if (this.#byId.size >= MOST) return false;
    let theirs = 0;
    for (const { matter } of this.#byId.values())
      if (matter.bindings.account === account && matter.bindings.client === client) theirs++;
    return theirs < MOST_OF_ONE;
  }

  open(matter: Matter, lastsMs: number): OpenRequest {
    const { clock, store, key } = this.#ground;
    const id = shortId((taken) => this.#byId.has(taken));
    const askedMs = clock.now();
    const request = new OpenRequest({ id, askedMs, expiresMs: askedMs + lastsMs, matter }, clock.monotonic());
    this.#add(request, lastsMs);
    store.keepPending(id, request.written(key));
    return request;
  }

  /** Another call waits for it now, so it waits for as long as that one may. */
  extend(request: OpenRequest, lastsMs: number): void {
    const expiresMs = this.#ground.clock.now() + lastsMs;
    if (expiresMs <= request.expiresMs) return;
    request.expiresMs = expiresMs;
    this.#expire(request, lastsMs);
  }

  /** What is left of a request that was answered in part is a question of its own. */
  renew(request: OpenRequest): void {
    const { store, key } = this.#ground;
    this.#byId.delete(request.id);
    store.dropPending(request.id);
    request.id = shortId((taken) => this.#byId.has(taken) || taken === request.id);
    this.#byId.set(request.id, request);
    store.keepPending(request.id, request.written(key));
  }

  close(request: OpenRequest): void {
    request.forgetExpiry();
    this.#byId.delete(request.id);
    if (this.#byKey.get(request.key) === request) this.#byKey.delete(request.key);
    this.#ground.store.dropPending(request.id);
  }

  /**
   * Takes over what processes before this one left, and answers those that have run out. One that is not current waits on for
   * a gateway with its config, or for somebody who answers it where no gateway does.
   */
  adopt(isCurrent: (request: OpenRequest) => boolean): readonly OpenRequest[] {
    const { clock, store, key, sessionsEnd } = this.#ground;
    const over: OpenRequest[] = [];
    for (const one of store.left()) {
      const request = OpenRequest.read(one.id, one.text, key, sessionsEnd);
      const left = request === undefined ? 0 : leftMs(request, clock.now());
      if ((request !== undefined && left > 0 && !isCurrent(request)) || !one.take()) continue;
      if (request !== undefined && left > 0 && this.#isNew(request)) this.#add(request, left);
      else {
        store.dropPending(one.id);
        if (request !== undefined) over.push(request);
      }
    }
    return over;
  }

  /** What goes on to wait stays on disk; timers end. */
  leave(): void {
    for (const request of this.#byId.values()) request.forgetExpiry();
  }

  #isNew({ id, key }: OpenRequest): boolean {
    return this.#byId.size < MOST && !this.#byId.has(id) && !this.#byKey.has(key);
  }

  #add(request: OpenRequest, lastsMs: number): void {
    this.#byId.set(request.id, request);
    this.#byKey.set(request.key, request);
    this.#expire(request, lastsMs);
  }

  #expire(request: OpenRequest, ms: number): void {
    request.forgetExpiry();
    request.forgetExpiry = this.#ground.after(ms, () => this.#expired(request));
  }
}

/** A clock that was set back must not keep a request for longer than any config would. */
const MOST_LEFT_MS = 24 * 3_600_000;

/** How long a request that was kept waits still. */
export function leftMs({ expiresMs }: OpenRequest, nowMs: number): number {
  return Math.min(expiresMs - nowMs, MOST_LEFT_MS);
}
