import type { IncomingMessage } from 'node:http';
import { bodyKind } from './answer-reader.ts';
import { drain } from './drain.ts';
import { SESSION_ENDED } from './failure.ts';
import type { Life } from './life.ts';
import { RetryDelay } from './retry-delay.ts';

/** A stream that lived this long ended because streams end, not because something is wrong. */
const LONG_ENOUGH_MS = 10_000;

/** The stream a legacy server says things on that belong to no request of ours (2025-03-26 to 2025-11-25). */
export class ServerStream {
  readonly #life: Life;
  readonly #delay = new RetryDelay();
  #openedAt: number | undefined;
  #lastId: string | undefined;
  #retryMs: number | undefined;

  constructor(life: Life) {
    this.#life = life;
  }

  open(): void {
    const after = this.#lastId === undefined ? [] : ['Last-Event-ID', this.#lastId];
    this.#life.fetch(
      { method: 'GET', headers: [...this.#life.session.headers, ...after], lane: 'lasting' },
      { response: (response) => this.#respond(response), failed: () => this.#later() },
    );
  }

  stop(): void {
    this.#delay.stop();
  }

  /** A server that has no such stream says so in many ways; only one that had it can have ended the session. */
  #respond(response: IncomingMessage): void {
    const status = response.statusCode!;
    if (status === 200 && bodyKind(response) === 'events') return this.#read(response);
    drain(response);
    if (status === 404 && this.#openedAt !== undefined) return this.#life.end(SESSION_ENDED);
    if (status > 499) this.#later();
  }

  #read(response: IncomingMessage): void {
    const { clock } = this.#life.pad;
    this.#openedAt = clock.monotonic();
    const reader = this.#life.read(response, 'events', {
      frame: (frame) => {
        this.#delay.succeeded();
        this.#life.take(frame);
      },
      over: () => {
        if (clock.monotonic() - this.#openedAt! > LONG_ENOUGH_MS) this.#delay.succeeded();
        this.#lastId = reader.lastId ?? this.#lastId;
        this.#retryMs = reader.retryMs ?? this.#retryMs;
        this.#later();
      },
    });
  }

  #later(): void {
    this.#delay.later(this.#retryMs, () => this.open());
  }
}
