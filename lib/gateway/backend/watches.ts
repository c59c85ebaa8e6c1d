import type { Answer, Loss } from '../../model/call.ts';
import { Payload } from '../../wire/payload.ts';
import type { Asking, Backend, WatchTable } from '../ports.ts';
import type { Sent } from '../question.ts';

const EMPTY: Answer = { ok: true, body: Payload.of('{}') };

/** Somebody who waits to be told that a resource is watched. */
interface Joining {
  readonly watcher: object;
  /** The request of a client that stands for the subscription, where there is one. */
  readonly asking: Asking | undefined;
  readonly done: (answer: Answer) => void;
}

/** What the server is being told about one resource. */
interface Telling {
  readonly by: Joining | undefined;
  readonly subscribes: boolean;
  sent: Sent | undefined;
}

interface Watch {
  readonly watchers: Set<object>;
  readonly joining: Set<Joining>;
  /** What the server was told last, as far as it has answered. */
  subscribed: boolean;
  telling: Telling | undefined;
}

/**
 * Resources of a legacy backend somebody wants to hear of: one subscription each, however many clients and streams
 * share it. The first opens it, the last one closes it. For each resource one request is on its way at a time, so
 * that the server never takes them in another order.
 */
export class Watches implements WatchTable {
  readonly #backend: Backend;
  #watches = new Map<string, Watch>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get isEmpty(): boolean {
    return this.#watches.size === 0;
  }

  /** Joins those who watch `uri`, by a client's own request or one of ours; `done` hears how it went. */
  join(watcher: object, uri: string, asking: Asking | undefined, done: (answer: Answer) => void): Sent {
    const watch = this.#at(uri);
    const joining: Joining = { watcher, asking, done };
    watch.joining.add(joining);
    this.#settle(uri, watch);
    const giveUp = (stop: (telling: Telling) => void) => {
      if (!watch.joining.delete(joining)) return;
      if (watch.telling?.by === joining) stop(watch.telling);
      this.#settle(uri, watch);
    };
    return {
      cancel: (reason) => giveUp((telling) => cancel(watch, telling, reason)),
      withdraw: () => giveUp((telling) => withdraw(watch, telling)),
    };
  }

  /** Leaves again, whether it was told yet or not. */
  leave(watcher: object, uri: string): void {
    const watch = this.#watches.get(uri);
    if (watch === undefined) return;
    this.#drop(watch, watcher);
    this.#settle(uri, watch);
  }

  /** Leaves by a client's own request, which the server sees when nobody else watches `uri`. */
  leaveBy(watcher: object, uri: string, asking: Asking, done: (answer: Answer) => void): Sent {
    const watch = this.#watches.get(uri);
    if (watch === undefined) return this.#backend.request(asking, done);
    this.#drop(watch, watcher);
    if (isWanted(watch) || watch.telling !== undefined || !watch.subscribed) {
      this.#settle(uri, watch);
      done(EMPTY);
      return { cancel: () => {}, withdraw: () => {} };
    }
    const telling = this.#tell(uri, watch, undefined, asking, done);
    const giveUp = (stop: () => void) => {
      if (watch.telling !== telling) return;
      stop();
      this.#settle(uri, watch);
    };
    return {
      cancel: (reason) => giveUp(() => cancel(watch, telling, reason)),
      withdraw: () => giveUp(() => withdraw(watch, telling)),
    };
  }

  /** The backend is gone and has forgotten; whoever still cares joins again when it is back. */
  lost(loss: Loss): void {
    const all = this.#watches.values();
    this.#watches = new Map();
    for (const watch of all) {
      watch.subscribed = false;
      this.#joined(watch, undefined, { loss });
    }
  }

  #at(uri: string): Watch {
    const known = this.#watches.get(uri);
    if (known !== undefined) return known;
    const watch: Watch = { watchers: new Set(), joining: new Set(), subscribed: false, telling: undefined };
    this.#watches.set(uri, watch);
    return watch;
  }

  #drop(watch: Watch, watcher: object): void {
    watch.watchers.delete(watcher);
    for (const joining of watch.joining) if (joining.watcher === watcher) watch.joining.delete(joining);
  }

  /** Takes the next step, unless one is being taken. */
  #settle(uri: string, watch: Watch): void {
    if (watch.telling !== undefined || this.#watches.get(uri) !== watch) return;
    if (watch.subscribed && !isWanted(watch)) return void this.#tell(uri, watch, undefined, undefined, () => {});
    if (!isWanted(watch)) return void this.#watches.delete(uri);
    const [first] = watch.joining;
    if (first === undefined) return;
    if (watch.subscribed) return this.#joined(watch, undefined, EMPTY);
    this.#tell(uri, watch, first, first.asking, (answer) => this.#joined(watch, first, answer));
  }

  /** All who wait have heard by now; the one who asked hears the server's own words. */
  #joined(watch: Watch, asker: Joining | undefined, answer: Answer): void {
    const all = [...watch.joining];
    watch.joining.clear();
    if (watch.subscribed) for (const { watcher } of all) watch.watchers.add(watcher);
    for (const joining of all) joining.done(watch.subscribed && joining !== asker ? EMPTY : answer);
  }

  /** Tells the server that `uri` is wanted, or is not. */
  #tell(
    uri: string,
    watch: Watch,
    by: Joining | undefined,
    asking: Asking | undefined,
    done: (answer: Answer) => void,
  ): Telling {
    const subscribes = !watch.subscribed;
    const telling: Telling = { by, subscribes, sent: undefined };
    watch.telling = telling;
    telling.sent = this.#backend.request(asking ?? this.#own(uri, subscribes), (answer) => {
      watch.telling = undefined;
      watch.subscribed = subscribes && answer !== 'cancelled' && !('loss' in answer) && answer.ok;
      done(answer);
      this.#settle(uri, watch);
    });
    return telling;
  }

  #own(uri: string, subscribes: boolean): Asking {
    const method = subscribes ? 'resources/subscribe' : 'resources/unsubscribe';
    return { id: this.#backend.nextId(), method, params: Payload.of(JSON.stringify({ uri })), session: undefined };
  }
}

/** The server may have done what it was told or not, so it is told again whatever is wanted now. */
function cancel(watch: Watch, { sent }: Telling, reason: Payload | undefined): void {
  watch.telling = undefined;
  watch.subscribed = !isWanted(watch);
  sent?.cancel(reason);
}

/** The server never heard of it. */
function withdraw(watch: Watch, { sent, subscribes }: Telling): void {
  watch.telling = undefined;
  watch.subscribed = !subscribes;
  sent?.withdraw();
}

function isWanted({ watchers, joining }: Watch): boolean {
  return watchers.size + joining.size > 0;
}
