import type { Answer } from '../../model/call.ts';
import type { Json } from '../../model/json.ts';
import type { Backend } from '../ports.ts';
import type { Sent } from '../question.ts';
import { filterFor, type Stream, type Upstream } from './stream.ts';

/** A part that begins once its backend is open and it is known which era that speaks. */
export class AwaitedPart implements Upstream {
  readonly agreed = undefined;

  end(): void {}
}

/** A modern backend's part of a stream: a stream of the gateway's own, which that backend tags with its id. */
export class ListenedPart implements Upstream {
  readonly id: number;
  agreed: Json | undefined;
  readonly #stream: Stream;
  readonly #backend: Backend;
  #sent: Sent | undefined;

  constructor(stream: Stream, backend: Backend) {
    this.id = backend.nextId();
    this.#stream = stream;
    this.#backend = backend;
  }

  /** `ended` hears of its end, unless it was given up before. */
  begin(ended: (answer: Answer) => void): void {
    const { caller, params } = this.#stream;
    const span = params.span('notifications')!;
    const text = JSON.stringify(filterFor(this.#stream, this.#backend));
    const own = params.splice([{ start: span.start, end: span.end, text }]);
    const asking = { id: this.id, method: 'subscriptions/listen', params: own, session: undefined, caller };
    this.#sent = this.#backend.request(asking, ended);
  }

  end(): void {
    this.#sent?.cancel(undefined);
  }
}

/**
 * A legacy backend's part: a subscription of each resource, shared with whoever else wants it. Changes of its lists
 * and of its tasks it tells without being asked.
 */
export class WatchedPart implements Upstream {
  agreed: Json | undefined;
  readonly #backend: Backend;
  readonly #uris: readonly string[];
  readonly #tasks: readonly string[];
  readonly #accepted: string[] = [];
  #missing: number;

  constructor(stream: Stream, backend: Backend) {
    const resources = backend.facts?.capabilities.resources as Json | null | undefined;
    this.#backend = backend;
    this.#uris = resources?.subscribe === true ? (stream.uris.get(backend) ?? []) : [];
    this.#tasks = stream.tasks.get(backend) ?? [];
    this.#missing = this.#uris.length;
  }

  /** `settled` hears when it is known what the backend agreed to. */
  begin(settled: () => void): void {
    if (this.#missing === 0) this.#agree(settled);
    for (const uri of this.#uris) {
      this.#backend.watches.join(this, uri, undefined, (answer) => {
        if (answer !== 'cancelled' && !('loss' in answer) && answer.ok) this.#accepted.push(uri);
        if (--this.#missing === 0) this.#agree(settled);
      });
    }
  }

  end(): void {
    for (const uri of this.#uris) this.#backend.watches.leave(this, uri);
  }

  /** Those the backend sends updates of. */
  get accepted(): readonly string[] {
    return this.#accepted;
  }

  /** Whether the stream wants news of a task of this backend. */
  followsTask(taskId: string): boolean {
    return this.#tasks.includes(taskId);
  }

  #agree(settled: () => void): void {
    this.agreed = { resourceSubscriptions: this.#accepted, taskIds: this.#tasks };
    settled();
  }
}
