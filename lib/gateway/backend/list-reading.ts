import type { Answer, Loss } from '../../model/call.ts';
import type { ListedKind } from '../../model/offered.ts';
import { LISTS, type ListMethod } from '../../protocol/methods.ts';
import { resultTypeOf } from '../../protocol/result-type.ts';
import { Payload } from '../../wire/payload.ts';
import type { ListedPage } from '../catalog-port.ts';
import { MOST_BYTES, MOST_PAGES } from '../lists/caps.ts';
import { listItems } from '../lists/list-items.ts';
import type { Backend, Engine, Session } from '../ports.ts';

/** Lists a gateway looks into by itself are read anew at most this often. */
const RELIST_MS = 5000;

type Loaded = (loss: Loss | undefined) => void;

/** How the list of a kind is asked for. */
const METHODS: Readonly<Record<ListedKind, ListMethod>> = {
  tool: 'tools/list',
  prompt: 'prompts/list',
  resource: 'resources/list',
  template: 'resources/templates/list',
};

/** Who takes what is read. */
export interface ListTaker {
  moment(kind: ListedKind): number;
  note(page: ListedPage): void;
  /** The server has no such list, as it stood at `asked`. */
  none(kind: ListedKind, asked: number): void;
}

/** Reads whole lists of one backend, for the gateway itself. */
export class ListReading {
  readonly #backend: Backend;
  readonly #engine: Engine;
  readonly #taker: ListTaker;
  readonly #loadedAt = new Map<ListedKind, number>();
  readonly #loading = new Map<ListedKind, Set<Loaded>>();

  constructor(backend: Backend, engine: Engine, taker: ListTaker) {
    this.#backend = backend;
    this.#engine = engine;
    this.#taker = taker;
  }

  /** The whole list of a kind was read, by whomever. */
  loaded(kind: ListedKind): void {
    this.#loadedAt.set(kind, this.#engine.clock.monotonic());
  }

  /** Whatever was read is of no use any more. */
  forget(): void {
    this.#loadedAt.clear();
  }

  /**
   * Makes sure the list is known and not older than a few seconds; `then` is called whatever happens, unless whoever
   * waits calls what this answers.
   */
  load(kind: ListedKind, session: Session | undefined, then: Loaded): () => void {
    const at = this.#loadedAt.get(kind);
    if (at !== undefined && this.#engine.clock.monotonic() - at < RELIST_MS) {
      then(undefined);
      return () => {};
    }
    return this.read(kind, session, then);
  }

  /** Reads the list, unless somebody does so already. */
  read(kind: ListedKind, session: Session | undefined, then: Loaded): () => void {
    const waiting = this.#loading.get(kind) ?? new Set();
    waiting.add(then);
    if (!this.#loading.has(kind)) {
      this.#loading.set(kind, waiting);
      this.#page(kind, session, undefined, 1, 0);
    }
    return () => waiting.delete(then);
  }

  #page(kind: ListedKind, session: Session | undefined, cursor: string | undefined, page: number, bytes: number): void {
    const method = METHODS[kind];
    const params = cursor === undefined ? undefined : Payload.of(JSON.stringify({ cursor }));
    const timeoutMs = this.#engine.config.listTimeoutMs;
    const asked = this.#taker.moment(kind);
    this.#backend.request({ id: this.#backend.nextId(), method, params, session, timeoutMs }, (answer) => {
      const body = this.#bodyOf(kind, answer, asked);
      if (body === undefined) return;
      const items = listItems(body, LISTS[method]);
      const next = body.string('nextCursor');
      const total = bytes + body.size;
      const isLast = next === undefined || page >= MOST_PAGES || total > MOST_BYTES;
      this.#taker.note({ kind, number: page, items, sent: items, asked, isLast });
      if (isLast) this.#done(kind, undefined);
      else this.#page(kind, session, next, page + 1, total);
    });
  }

  /** The result; whoever waits is told when there is none. */
  #bodyOf(kind: ListedKind, answer: Answer, asked: number): Payload | undefined {
    if (answer === 'cancelled') this.#done(kind, undefined);
    else if ('loss' in answer) this.#done(kind, answer.loss);
    else if (answer.ok && (this.#backend.era !== 'modern' || resultTypeOf(answer.body) === 'complete'))
      return answer.body;
    else {
      // It does not list them, so what is known stays as it is for a while.
      this.loaded(kind);
      this.#taker.none(kind, asked);
      this.#done(kind, undefined);
    }
    return undefined;
  }

  #done(kind: ListedKind, loss: Loss | undefined): void {
    const waiting = [...(this.#loading.get(kind) ?? [])];
    this.#loading.delete(kind);
    for (const then of waiting) then(loss);
  }
}
