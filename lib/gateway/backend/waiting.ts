import type { Answer, Loss } from '../../model/call.ts';
import type { Outage } from '../../model/server.ts';
import type { Asking, Backend } from '../ports.ts';
import type { Sent } from '../question.ts';

/** Requests that may wait for a start. */
const MOST_WAITING = 1000;

/** Requests that wait until their backend is open. */
export class WaitingRequests {
  readonly #backend: Backend;
  readonly #entries = new Set<Asking>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** A waiting request becomes a sent one when the backend opens, and its `Sent` goes on to mean that one. */
  add(asking: Asking, done: (answer: Answer) => void): Sent {
    const { name } = this.#backend;
    const leave = () => this.#entries.delete(asking);
    if (this.#entries.size >= MOST_WAITING) {
      done({ loss: { code: 'SP5004', text: `too many requests wait for ${name}`, retryAfterMs: 1000 } });
      return { cancel: leave, withdraw: leave };
    }
    let sent: Sent | undefined;
    this.#entries.add(asking);
    this.#backend.open(asking.session, (outage) => {
      if (!leave()) return;
      if (outage === undefined) sent = this.#backend.request(asking, done);
      else done({ loss: lossOf(outage) });
    });
    return {
      cancel: (params) => (sent === undefined ? leave() : sent.cancel(params)),
      withdraw: () => (sent === undefined ? leave() : sent.withdraw()),
    };
  }
}

/** What whoever waits for an answer is told of an outage. */
export function lossOf({ code, text, retryAfterMs }: Outage): Loss {
  return retryAfterMs === undefined ? { code, text } : { code, text, retryAfterMs };
}
