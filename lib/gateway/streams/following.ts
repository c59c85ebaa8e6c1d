import type { Answer } from '../../model/call.ts';
import type { Json } from '../../model/json.ts';
import { NEWEST_LEGACY, NEWEST_MODERN, RPC } from '../../protocol/revisions.ts';
import { errorForClient } from '../../translate/errors.ts';
import { Payload } from '../../wire/payload.ts';
import type { ListKind } from '../facts.ts';
import type { Backend, Session } from '../ports.ts';
import type { Question, Sent } from '../question.ts';
import { invalidAnswer, rpcError } from '../refusal.ts';
import type { Recorded } from '../turn.ts';
import { LIST_FILTERS, listFilter, stringsOf } from './stream.ts';

/** How long a server may take to acknowledge a stream. */
const ACK_MS = 5000;
/** How long to wait before a stream the server has ended is opened anew. */
const AGAIN_MS = 5000;
/** Tasks whose news are asked for; the oldest is left out first. */
const MOST_TASKS = 100;
const EMPTY: Answer = { ok: true, body: Payload.of('{}') };

/** A change of what is listened to, which a client waits for. */
interface Change {
  /** The resource it adds; undefined when it takes one away. */
  readonly added: string | undefined;
  readonly question: Question;
  readonly done: (answer: Answer) => void;
}

/** A stream of ours, and the changes that are made when it is acknowledged. */
interface Listen {
  readonly id: number;
  readonly changes: Change[];
  sent: Sent | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * What one legacy client hears of one modern backend: changes of lists, updates of the resources it subscribed to,
 * news of its tasks. All of it comes on one stream; a filter cannot be changed, so for every change a new stream is
 * opened, and the old one is called off when the new one is acknowledged (2026-07-28, patterns/subscriptions).
 */
export class Following {
  /** Resources the client subscribed to, those that are not acknowledged yet included. */
  readonly #uris: Set<string>;
  readonly #tasks = new Set<string>();
  /** Resources the server has agreed to on the stream that is open. */
  #agreed: ReadonlySet<string> = new Set();
  readonly #session: Session;
  readonly #backend: Backend;
  #open: Listen | undefined;
  #opening: Listen | undefined;
  #changes: Change[] = [];
  /** The stream that is open, or is being opened, says less than is wanted. */
  #stale = false;
  #again: NodeJS.Timeout | undefined;

  constructor(session: Session, backend: Backend, uris: Set<string>) {
    this.#uris = uris;
    this.#session = session;
    this.#backend = backend;
  }

  /** Whether `id` is the stream its news come on. */
  isOn(id: number | undefined): boolean {
    return id !== undefined && this.#open?.id === id;
  }

  /** Listens to one more resource; `done` hears `{}` when the server has agreed to it. */
  add(uri: string, question: Question, done: (answer: Answer) => void): Sent {
    if (this.#uris.has(uri) && this.#agreed.has(uri)) return settled(done, EMPTY);
    this.#uris.add(uri);
    return this.#change({ added: uri, question, done });
  }

  remove(uri: string, question: Question, done: (answer: Answer) => void): Sent {
    if (!this.#uris.delete(uri)) return settled(done, EMPTY);
    return this.#change({ added: undefined, question, done });
  }

  /** Listens to news of a task the client has made. */
  addTask(taskId: string): void {
    const [oldest] = this.#tasks;
    if (this.#tasks.size >= MOST_TASKS) this.#tasks.delete(oldest!);
    this.#tasks.add(taskId);
    this.#stale = true;
    this.#advance();
  }

  /** A task that has ended is left out of the next stream. */
  dropTask(taskId: string): void {
    this.#tasks.delete(taskId);
  }

  /** The backend takes requests, for the first time or anew. */
  begin(): void {
    if (this.#open !== undefined) return;
    this.#stale = true;
    this.#advance();
  }

  /** The server says what it agreed to on the stream `id`. */
  agreed(id: number, agreed: Json): void {
    const listen = this.#opening;
    if (listen === undefined || listen.id !== id) return;
    clearTimeout(listen.timer);
    this.#open?.sent?.cancel(undefined);
    this.#open = listen;
    this.#opening = undefined;
    this.#agreed = new Set(stringsOf(agreed.resourceSubscriptions));
    for (const change of listen.changes.splice(0)) {
      if (change.added === undefined || this.#agreed.has(change.added)) change.done(EMPTY);
      else this.#refuse(change, rpcError(RPC.invalidParams, 'The server sends no updates of this resource'));
    }
    this.#advance();
  }

  /** The backend is gone, and with it all streams; what it was to be asked next is lost. */
  gone(): void {
    this.#forget();
    const lost: Answer = { loss: { code: 'SP5002', text: `${this.#backend.name} ended` } };
    for (const change of this.#changes.splice(0)) this.#refuse(change, lost);
  }

  /** Nobody wants to hear anything any more. */
  end(): void {
    this.#open?.sent?.cancel(undefined);
    this.#opening?.sent?.cancel(undefined);
    this.#forget();
  }

  #forget(): void {
    clearTimeout(this.#again);
    clearTimeout(this.#opening?.timer);
    this.#open = undefined;
    this.#opening = undefined;
    this.#agreed = new Set();
  }

  #change(change: Change): Sent {
    this.#changes.push(change);
    this.#advance();
    const giveUp = () => this.#giveUp(change);
    return { cancel: giveUp, withdraw: giveUp };
  }

  /** Opens a stream for what is wanted now, when something has changed and none is being opened. */
  #advance(): void {
    if (this.#opening !== undefined || !this.#backend.isOpen) return;
    const changes = this.#changes.splice(0);
    if (changes.length === 0 && !this.#stale) return;
    this.#stale = false;
    const filter = this.#filter();
    if (Object.keys(filter).length > 0) return this.#listen(filter, changes);
    this.#open?.sent?.cancel(undefined);
    this.#open = undefined;
    for (const { done } of changes) done(EMPTY);
  }

  #listen(filter: Json, changes: Change[]): void {
    const { engine, client } = this.#session;
    const id = this.#backend.nextId();
    const listen: Listen = { id, changes, sent: undefined, timer: undefined };
    this.#opening = listen;
    const params = Payload.of(JSON.stringify({ notifications: filter }));
    const owner = changes.length === 0 ? undefined : this.#ownerOf(listen);
    const asking = { id, method: 'subscriptions/listen', params, session: undefined, caller: client?.caller, owner };
    listen.timer = setTimeout(() => engine.turn.run(() => this.#overdue(listen)), ACK_MS).unref();
    listen.sent = this.#backend.request({ ...asking, tasks: true }, (answer) => this.#ended(listen, answer));
  }

  /** A stream is opened for several questions at a time, and must not be without the record of any. */
  #ownerOf(listen: Listen): Recorded {
    const questions = listen.changes.map(({ question }) => question);
    return {
      mayPassUnrecorded: questions.every(({ mayPassUnrecorded }) => mayPassUnrecorded),
      unrecorded: () => {
        clearTimeout(listen.timer);
        listen.sent?.withdraw();
        if (this.#opening === listen) this.#opening = undefined;
        for (const question of questions) question.unrecorded();
      },
    };
  }

  #filter(): Json {
    const capabilities = this.#backend.facts?.capabilities ?? {};
    const kinds = (Object.keys(LIST_FILTERS) as ListKind[]).filter(
      (kind) => (capabilities[kind] as Json | null | undefined)?.listChanged === true,
    );
    return {
      ...listFilter(kinds),
      ...(this.#uris.size > 0 ? { resourceSubscriptions: [...this.#uris] } : {}),
      ...(this.#tasks.size > 0 ? { taskIds: [...this.#tasks] } : {}),
    };
  }

  #overdue(listen: Listen): void {
    if (this.#opening !== listen) return;
    listen.sent?.cancel(undefined);
    this.#failed(listen, invalidAnswer(this.#backend.name, 'no acknowledgement of a subscription'));
  }

  /** A stream ended, or never was one. */
  #ended(listen: Listen, answer: Answer): void {
    if (this.#opening === listen) return this.#failed(listen, this.#inClientWords(answer));
    if (this.#open !== listen) return;
    this.#open = undefined;
    if (answer === 'cancelled' || 'loss' in answer) return;
    const { turn } = this.#session.engine;
    this.#again = setTimeout(() => turn.run(() => this.begin()), AGAIN_MS).unref();
  }

  /** The stream that is open stays as it is. */
  #failed(listen: Listen, answer: Answer): void {
    clearTimeout(listen.timer);
    this.#opening = undefined;
    for (const change of listen.changes.splice(0)) this.#refuse(change, answer);
    this.#advance();
  }

  #refuse({ added, done }: Change, answer: Answer): void {
    if (added === undefined) return done(EMPTY);
    this.#uris.delete(added);
    done(answer);
  }

  /** Why a stream was not opened, for a client that asked for a subscription. */
  #inClientWords(answer: Answer): Answer {
    if (answer === 'cancelled' || 'loss' in answer) return answer;
    if (answer.ok) return invalidAnswer(this.#backend.name, 'the end of a subscription before its beginning');
    const to = this.#session.revision ?? NEWEST_LEGACY;
    return { ok: false, body: errorForClient('resources/subscribe', answer.body, NEWEST_MODERN, to) };
  }

  /** Nobody waits for a change any more; the stream that makes it may still come to be, and says too much then. */
  #giveUp(change: Change): void {
    const { added } = change;
    for (const changes of [this.#changes, this.#opening?.changes ?? []]) {
      const at = changes.indexOf(change);
      if (at !== -1) changes.splice(at, 1);
    }
    if (added !== undefined && !this.#agreed.has(added)) this.#uris.delete(added);
  }
}

function settled(done: (answer: Answer) => void, answer: Answer): Sent {
  done(answer);
  return { cancel: () => {}, withdraw: () => {} };
}
