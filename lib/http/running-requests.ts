import { RPC } from '../protocol/revisions.ts';
import { type HttpRefusal, refused } from './answers.ts';
import type { Asked } from './asked.ts';
import type { Door } from './door.ts';

/** Counts what each client has open, so that one alone cannot take all there is. */
export class RunningRequests {
  readonly #door: Door;
  readonly #bySubject = new Map<string, number>();

  constructor(door: Door) {
    this.#door = door;
  }

  get size(): number {
    let sum = 0;
    for (const count of this.#bySubject.values()) sum += count;
    return sum;
  }

  /** Counts a request until its response is closed; answers how it is refused when there are too many. */
  begin({ holder, response }: Asked): HttpRefusal | undefined {
    const { subject } = holder.identity;
    const count = this.#bySubject.get(subject) ?? 0;
    if (count >= this.#door.config.server.limits.maxRequestsPerClient) {
      const headers = { 'Retry-After': '1' };
      return refused(429, RPC.limited, 'Too many requests are running (SP8023)', { code: 'SP8023', headers });
    }
    this.#bySubject.set(subject, count + 1);
    response.once('close', () => {
      const left = this.#bySubject.get(subject)! - 1;
      if (left === 0) this.#bySubject.delete(subject);
      else this.#bySubject.set(subject, left);
    });
    return undefined;
  }
}
