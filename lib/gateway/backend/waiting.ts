import type { Answer, Loss } from '../../model/call.ts';
import type { Outage } from '../../model/server.ts';
import type { Asking, Backend } from '../ports.ts';
import type { Sent } from '../question.ts';

interface Entry {
  readonly asking: Asking;
  readonly done: (answer: Answer) => void;
  /** What it became when the backend opened. */
  sent: Sent | undefined;
}

/** Requests that wait until their backend is open. One that is called off leaves nothing behind. */
export class WaitingRequests {
  readonly #backend: Backend;
  readonly #most: number;
  #entries = new Set<Entry>();
  #opening = false;

  /** `most` requests may wait for a start. */
  constructor(backend: Backend, most: number) {
    this.#most = most;
    this.#backend = backend;
  }

  /** How many of a principal wait, over all its sessions. */
  sizeFor(subject: string): number {
    let size = 0;
    for (const { asking } of this.#entries) if (asking.session?.owner === subject) size++;
    return size;
  }

  /** A waiting request becomes a sent one when the backend opens, and its `Sent` goes on to mean that one. */
  add(asking: Asking, done: (answer: Answer) => void): Sent {
    const { name, sessions } = this.#backend;
    if (this.#entries.size >= this.#most) {
      done({ loss: { code: 'SP5004', text: `too many requests wait for ${name}`, retryAfterMs: 1000 } });
      return { cancel: () => {}, withdraw: () => {} };
    }
    const entry: Entry = { asking, done, sent: undefined };
    this.#entries.add(entry);
    const { session } = asking;
    if (!this.#opening) {
      this.#opening = true;
      this.#backend.open(session, (outage) => this.#opened(outage));
    } else if (session !== undefined && !sessions.has(session)) this.#backend.open(session, () => {});
    return sentOf(entry, this.#entries);
  }

  #opened(outage: Outage | undefined): void {
    const entries = this.#entries;
    this.#entries = new Set();
    this.#opening = false;
    for (const entry of entries) {
      entries.delete(entry);
      if (outage === undefined) entry.sent = this.#backend.request(entry.asking, entry.done);
      else entry.done({ loss: lossOf(outage) });
    }
  }
}

function sentOf(entry: Entry, entries: Set<Entry>): Sent {
  return {
    cancel: (params) => (entry.sent === undefined ? entries.delete(entry) : entry.sent.cancel(params)),
    withdraw: () => (entry.sent === undefined ? entries.delete(entry) : entry.sent.withdraw()),
  };
}

/** What whoever waits for an answer is told of an outage. */
export function lossOf({ code, text, retryAfterMs }: Outage): Loss {
  return retryAfterMs === undefined ? { code, text } : { code, text, retryAfterMs };
}
