import type { IncomingMessage, ServerResponse } from 'node:http';
import { detailOf } from '../gateway/refusal.ts';
import { RPC } from '../protocol/revisions.ts';
import { answerRefusal, type HttpRefusal, refused } from './answers.ts';
import type { Door } from './door.ts';
import type { Holder } from './keys.ts';

/** One HTTP request, and who made it. */
export class Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly holder: Holder;
  readonly #door: Door;
  readonly #address: string;

  constructor(request: IncomingMessage, response: ServerResponse, holder: Holder, address: string, door: Door) {
    this.request = request;
    this.response = response;
    this.holder = holder;
    this.#address = address;
    this.#door = door;
  }

  /** Refuses it. The record is written before the answer leaves. */
  refuse(refusal: HttpRefusal): void {
    recordRefusal(this.#door, refusal, `${this.holder.identity.subject} at ${this.#address}`);
    answerRefusal(this.response, refusal);
  }

  /** Does a part of the work, which may end in a refusal. What it throws ends this request, not the server. */
  attempt(work: () => HttpRefusal | undefined): void {
    try {
      const refusal = work();
      if (refusal !== undefined) this.refuse(refusal);
    } catch (failure) {
      this.#door.log.write('error', 'request_failed', { why: String((failure as Error)?.stack ?? failure) });
      answerRefusal(this.response, refused(500, RPC.internal, 'The gateway failed while working on this request'));
    }
  }
}

/** Notes in the audit log that somebody was refused. */
export function recordRefusal({ audit, turn }: Door, { code, refusal }: HttpRefusal, who: string): void {
  if (code === undefined) return;
  const detail = `${detailOf(refusal)}; from ${who}`;
  turn.run(() => audit.refused({ from: 'client', code, detail, bytes: 0 }));
}
