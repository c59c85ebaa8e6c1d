import type { IncomingMessage, ServerResponse } from 'node:http';
import { detailOf } from '../gateway/refusal.ts';
import type { Proven } from '../identity/proven.ts';
import { RPC } from '../protocol/revisions.ts';
import { answerRefusal, type Headers, type HttpRefusal, refused } from './answers.ts';
import { stepUp } from './challenge.ts';
import type { Door } from './door.ts';
import type { ProtectedResource } from './protected-resource.ts';

/** One HTTP request, and who made it. */
export class Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly proven: Proven;
  readonly #door: Door;
  readonly #address: string;
  readonly #resource: ProtectedResource | undefined;

  /** `resource` says where tokens come from, where there are any. */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    proven: Proven,
    address: string,
    door: Door,
    resource?: ProtectedResource,
  ) {
    this.#resource = resource;
    this.request = request;
    this.response = response;
    this.proven = proven;
    this.#address = address;
    this.#door = door;
  }

  /** Refuses it. The record is written before the answer leaves. */
  refuse(refusal: HttpRefusal): void {
    recordRefusal(this.#door, refusal, `${this.proven.identity.subject} at ${this.#address}`);
    answerRefusal(this.response, refusal);
  }

  /** The headers that tell its client to get a token with these scopes; undefined where it has none that could have them. */
  stepUp(scopes: readonly string[]): Headers | undefined {
    return this.#resource && stepUp(this.#resource.directionsFor(this.request, this.proven.identity, scopes));
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
export function recordRefusal({ audit, turn }: Door, { code, reason, refusal }: HttpRefusal, who: string): void {
  if (code === undefined) return;
  const why = reason === undefined ? '' : `: ${reason}`;
  const detail = `${detailOf(refusal)}${why}; from ${who}`;
  turn.run(() => audit.refused({ from: 'client', code, detail, bytes: 0 }));
}
