import type { PendingApproval } from '../model/approval-desk.ts';
import type { Bindings } from './grant.ts';
import type { Matter } from './matter.ts';
import type { Asked } from './new-grant.ts';
import { signed, verified } from './signed.ts';
import type { Waiter } from './waiter.ts';

/** The part of a request that is kept: enough to answer it when its call and the process are gone. */
interface Kept {
  readonly id: string;
  readonly askedMs: number;
  readonly expiresMs: number;
  readonly matter: Matter;
}

/** The client's own form, while it is open. */
interface OpenForm {
  readonly waiter: Waiter;
  withdraw(): void;
}

/** A question to people, and the calls that wait for the answer: all exactly alike. */
export class OpenRequest {
  /** Another one once part of its calls was answered: no answer is about two questions. */
  id: string;
  readonly askedMs: number;
  readonly matter: Matter;
  expiresMs: number;
  /** When it was asked, by a clock that is never set; undefined for one of a process before. */
  readonly askedAt: number | undefined;
  /** Calls that are held, oldest first. */
  waiters: Waiter[] = [];
  /** Clients that were told to ask, and to make the call again with the answer. */
  rounds = 0;
  /** It goes on to wait although no call does. */
  outlivesCalls = false;
  form: OpenForm | undefined;
  /** Ends the wait for its end. */
  forgetExpiry: () => void = () => {};

  constructor({ id, askedMs, expiresMs, matter }: Kept, askedAt: number | undefined) {
    this.id = id;
    this.askedMs = askedMs;
    this.expiresMs = expiresMs;
    this.matter = matter;
    this.askedAt = askedAt;
  }

  get key(): string {
    return keyOf(this.matter.bindings);
  }

  get isWanted(): boolean {
    return this.waiters.length > 0 || this.rounds > 0 || this.outlivesCalls;
  }

  get pending(): PendingApproval {
    const { id, askedMs, expiresMs, matter, waiters } = this;
    return { id, askedMs, expiresMs, ...matter.shown, calls: waiters.length };
  }

  get asked(): Asked {
    const { bindings, session, cover, rule, shown } = this.matter;
    return { request: this.id, bindings, session, cover, rule, resource: shown.resource, principal: shown.principal };
  }

  written(key: Buffer): string {
    const { id, askedMs, expiresMs, matter } = this;
    return signed('pending', { id, askedMs, expiresMs, matter } satisfies Kept, key);
  }

  /** A request a process before this one had; undefined for a text that is none of ours. Its session is over. */
  static read(id: string, text: string, key: Buffer, sessionsEnd: boolean): OpenRequest | undefined {
    const kept = verified('pending', text, key) as Kept | undefined;
    if (kept === undefined || kept.id !== id) return undefined;
    const { shown } = kept.matter;
    const scopes = sessionsEnd ? shown.scopes.filter((scope) => scope !== 'session') : shown.scopes;
    const request = new OpenRequest({ ...kept, matter: { ...kept.matter, shown: { ...shown, scopes } } }, undefined);
    request.outlivesCalls = true;
    return request;
  }
}

/** Requests with the same key are one. */
export function keyOf(bindings: Bindings): string {
  const { account, client, action, backend, type, resource, digest, pin, policy } = bindings;
  return JSON.stringify([account, client, action, backend, type, resource, digest, pin, policy]);
}

/** What was refused once is the same call later, whatever became of its policy. */
export function refusalKeyOf(bindings: Bindings): string {
  return keyOf({ ...bindings, pin: null, policy: '' });
}
