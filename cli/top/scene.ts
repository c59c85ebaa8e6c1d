import type { PendingApproval } from '../../lib/model/approval-desk.ts';
import type { LiveEvent, LiveStatus } from '../../lib/model/live-status.ts';

/** A call, as far as it went. */
export interface SeenCall {
  readonly call: string;
  readonly atMs: number;
  readonly client: string;
  readonly action: string;
  readonly resource: string;
  readonly decision: string;
  code: string | undefined;
  outcome: string | undefined;
  ms: number | undefined;
}

/** A request that waits, and the process number of the gateway that has it. */
export interface Waiting {
  readonly gateway: number;
  readonly pending: PendingApproval;
}

/** Calls that are remembered. */
const MOST_CALLS = 500;
/** The rate is that of so many seconds. */
const RATE_SECONDS = 10;

/** All that `top` knows of the gateways it watches. */
export class Scene {
  readonly statuses = new Map<number, LiveStatus>();
  /** The newest last. */
  readonly calls: SeenCall[] = [];
  readonly #byCall = new Map<string, SeenCall>();
  readonly #waiting = new Map<string, Waiting>();
  /** Calls of each second, by the second. */
  readonly #perSecond = new Map<number, number>();
  /** Whole calls somebody has read to their end. */
  readonly #read = new Set<string>();
  denied = 0;
  /** Events that gateways left out because we did not keep up. */
  missed = 0;

  hear(gateway: number, event: LiveEvent): void {
    switch (event.event) {
      case 'called': {
        const { event: _, ...call } = event;
        this.#called(gateway, { ...call, outcome: undefined, ms: undefined });
        break;
      }
      case 'ended':
        this.#ended(gateway, event);
        break;
      case 'refused': {
        const { atMs, from, code } = event;
        const refused = { client: from, action: 'refused', resource: '(no request)', decision: 'deny' };
        this.#called(gateway, { call: '', atMs, ...refused, code, outcome: undefined, ms: undefined });
        break;
      }
      case 'asked':
        this.#waiting.set(keyOf(gateway, event.pending.id), { gateway, pending: event.pending });
        break;
      case 'settled':
        this.#forget(keyOf(gateway, event.pending.id));
        break;
    }
  }

  /** All that waits at one gateway now, whatever was heard of it before. */
  setWaiting(gateway: number, all: readonly PendingApproval[]): void {
    const now = new Set(all.map(({ id }) => keyOf(gateway, id)));
    for (const [key, one] of this.#waiting) if (one.gateway === gateway && !now.has(key)) this.#forget(key);
    for (const pending of all) this.#waiting.set(keyOf(gateway, pending.id), { gateway, pending });
  }

  leave(gateway: number): void {
    this.statuses.delete(gateway);
    this.setWaiting(gateway, []);
  }

  /** What waits, in the order in which it was asked. */
  get waiting(): readonly Waiting[] {
    return [...this.#waiting.values()].sort((a, b) => a.pending.askedMs - b.pending.askedMs);
  }

  find(key: string | undefined): Waiting | undefined {
    return key === undefined ? undefined : this.#waiting.get(key);
  }

  /** Somebody has seen the whole of it. */
  noteRead({ gateway, pending: { id, digest } }: Waiting): void {
    this.#read.add(`${keyOf(gateway, id)}/${digest}`);
  }

  wasRead({ gateway, pending: { id, digest } }: Waiting): boolean {
    return this.#read.has(`${keyOf(gateway, id)}/${digest}`);
  }

  /** Calls per second, over the last few. */
  rate(nowMs: number): number {
    const now = Math.floor(nowMs / 1000);
    let calls = 0;
    for (const [second, count] of this.#perSecond) {
      if (second < now - RATE_SECONDS) this.#perSecond.delete(second);
      else if (second < now) calls += count;
    }
    return calls / RATE_SECONDS;
  }

  #called(gateway: number, call: SeenCall): void {
    this.calls.push(call);
    if (call.call !== '') this.#byCall.set(`${gateway}/${call.call}`, call);
    if (call.decision === 'deny') this.denied++;
    const second = Math.floor(call.atMs / 1000);
    this.#perSecond.set(second, (this.#perSecond.get(second) ?? 0) + 1);
    if (this.calls.length > MOST_CALLS) this.calls.splice(0, this.calls.length - MOST_CALLS);
    // Of some that are forgotten the end is still to come; it changes nothing that is shown.
    while (this.#byCall.size > 2 * MOST_CALLS) this.#byCall.delete(this.#byCall.keys().next().value!);
  }

  #ended(gateway: number, { call, outcome, code, ms }: Extract<LiveEvent, { event: 'ended' }>): void {
    const known = this.#byCall.get(`${gateway}/${call}`);
    if (known === undefined) return;
    this.#byCall.delete(`${gateway}/${call}`);
    known.outcome = outcome;
    known.ms = ms;
    known.code = code ?? known.code;
  }

  #forget(key: string): void {
    this.#waiting.delete(key);
    for (const read of this.#read) if (read.startsWith(`${key}/`)) this.#read.delete(read);
  }
}

export function keyOf(gateway: number, id: string): string {
  return `${gateway}/${id}`;
}
