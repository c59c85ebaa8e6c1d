import type { ServerResponse } from 'node:http';
import { RPC } from '../protocol/revisions.ts';
import { type HttpRefusal, refused } from './answers.ts';
import type { Asked } from './asked.ts';
import type { Door } from './door.ts';
import type { Holder } from './keys.ts';
import type { Pulse, Pulsing } from './pulse.ts';

/** Bytes of answers one client may leave unread; many at a time may be big and on their way. */
const MOST_UNREAD = 128 * 1024 * 1024;

/** What each client has open: counted, so that one alone cannot take all there is, and only open as long as its key is good. */
export class RunningRequests implements Pulsing {
  readonly #door: Door;
  readonly #pulse: Pulse;
  readonly #honours: (holder: Holder) => boolean;
  readonly #bySubject = new Map<string, number>();
  readonly #open = new Map<ServerResponse, Holder>();

  /** `honours` says whether a key still opens anything. */
  constructor(door: Door, pulse: Pulse, honours: (holder: Holder) => boolean) {
    this.#door = door;
    this.#pulse = pulse;
    this.#honours = honours;
  }

  get size(): number {
    return this.#open.size;
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
    if (this.#open.size === 0) this.#pulse.add(this);
    this.#open.set(response, holder);
    response.once('close', () => this.#over(response, subject));
    return undefined;
  }

  /**
   * A request that began with a key may last for days, as streams do: it is broken off when the key is gone. So are
   * those of a client that asks and does not read, once they take too much memory.
   */
  beat(): void {
    const unread = new Map<string, number>();
    for (const [response, holder] of this.#open) {
      const { subject } = holder.identity;
      const bytes = (unread.get(subject) ?? 0) + response.writableLength;
      if (bytes > MOST_UNREAD || !this.#honours(holder)) response.destroy();
      else unread.set(subject, bytes);
    }
  }

  #over(response: ServerResponse, subject: string): void {
    this.#open.delete(response);
    if (this.#open.size === 0) this.#pulse.remove(this);
    const left = this.#bySubject.get(subject)! - 1;
    if (left === 0) this.#bySubject.delete(subject);
    else this.#bySubject.set(subject, left);
  }
}
