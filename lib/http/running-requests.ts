import type { ServerResponse } from 'node:http';
import type { Proven } from '../identity/proven.ts';
import { accountOf } from '../model/principal.ts';
import { RPC } from '../protocol/revisions.ts';
import { type HttpRefusal, refused } from './answers.ts';
import type { Asked } from './asked.ts';
import type { Door } from './door.ts';
import type { Pulse, Pulsing } from './pulse.ts';

/** Bytes of answers one client may leave unread; many at a time may be big and on their way. */
const MOST_UNREAD = 128 * 1024 * 1024;

/** What each client has open: counted, so that one alone cannot take all there is, and only open as long as its key is good. */
export class RunningRequests implements Pulsing {
  readonly #door: Door;
  readonly #pulse: Pulse;
  readonly #honours: (proven: Proven) => boolean;
  readonly #byAccount = new Map<string, number>();
  readonly #open = new Map<ServerResponse, Proven>();

  /** `honours` says whether a key still opens anything. */
  constructor(door: Door, pulse: Pulse, honours: (proven: Proven) => boolean) {
    this.#door = door;
    this.#pulse = pulse;
    this.#honours = honours;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Counts a request until its response is closed; answers how it is refused when there are too many. */
  begin({ proven, response }: Asked): HttpRefusal | undefined {
    const account = accountOf(proven.identity);
    const count = this.#byAccount.get(account) ?? 0;
    if (count >= this.#door.config.server.limits.maxRequestsPerClient) {
      const headers = { 'Retry-After': '1' };
      return refused(429, RPC.limited, 'Too many requests are running (SP8023)', { code: 'SP8023', headers });
    }
    this.#byAccount.set(account, count + 1);
    if (this.#open.size === 0) this.#pulse.add(this);
    this.#open.set(response, proven);
    response.once('close', () => this.#over(response, account));
    return undefined;
  }

  /**
   * A request that began with a key may last for days, as streams do: it is broken off when the key is gone. So are
   * those of a client that asks and does not read, once they take too much memory.
   */
  beat(): void {
    const unread = new Map<string, number>();
    for (const [response, proven] of this.#open) {
      const account = accountOf(proven.identity);
      const bytes = (unread.get(account) ?? 0) + response.writableLength;
      if (bytes > MOST_UNREAD || !this.#honours(proven)) response.destroy();
      else unread.set(account, bytes);
    }
  }

  #over(response: ServerResponse, account: string): void {
    this.#open.delete(response);
    if (this.#open.size === 0) this.#pulse.remove(this);
    const left = this.#byAccount.get(account)! - 1;
    if (left === 0) this.#byAccount.delete(account);
    else this.#byAccount.set(account, left);
  }
}
