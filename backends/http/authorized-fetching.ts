import type { IncomingMessage } from 'node:http';
import {
  type Authorization,
  AuthorizationFault,
  type OnBehalf,
  type Outgoing,
  type Refusal,
} from '../../lib/model/authorization.ts';
import { drain } from './drain.ts';
import type { Failure } from './failure.ts';
import { Fetching, type Outcome, type Sending, type UnderWay } from './fetching.ts';
import type { HeaderList, Pool } from './pool.ts';

/** A nonce, then another scope, then a fresh token; who wants more than that will never be content. */
const MOST_REFUSALS = 3;
const MAY_BE_REFUSALS: ReadonlySet<number> = new Set([400, 401, 403]);

/**
 * A request whose headers are made for it alone. One that is refused for them was not worked on, so it may be made again,
 * with others; nothing else is.
 */
export class AuthorizedFetching implements UnderWay {
  readonly #authorization: Authorization;
  readonly #outgoing: Outgoing;
  readonly #pool: Pool;
  readonly #sending: Sending;
  readonly #outcome: Outcome;
  #fetching: Fetching | undefined;
  #refusals = 0;
  #over = false;

  constructor(
    authorization: Authorization,
    onBehalf: OnBehalf | undefined,
    pool: Pool,
    sending: Sending,
    outcome: Outcome,
  ) {
    this.#authorization = authorization;
    this.#outgoing = { method: sending.method, url: sending.url, onBehalf };
    this.#pool = pool;
    this.#sending = sending;
    this.#outcome = outcome;
    this.#begin();
  }

  abort(): void {
    this.#end();
    this.#fetching?.abort();
  }

  /** Whoever began it hears of a failure later, never while it begins. */
  #begin(): void {
    try {
      const headers = this.#authorization.headers(this.#outgoing);
      if (!(headers instanceof Promise)) return this.#send(headers);
      headers.then(
        (made) => this.#send(made),
        (error) => this.#fail(faultOf(error)),
      );
    } catch (error) {
      setImmediate(() => this.#fail(faultOf(error)));
    }
  }

  #send(headers: HeaderList): void {
    if (this.#over) return;
    const sending = { ...this.#sending, headers: [...this.#sending.headers, ...headers] };
    this.#fetching = new Fetching(this.#pool, sending, {
      sent: () => this.#outcome.sent?.(),
      response: (response) => this.#respond(response),
      failed: (failure) => this.#fail(failure),
    });
  }

  #respond(response: IncomingMessage): void {
    const refusal = refusalIn(response);
    if (refusal === undefined || this.#refusals++ >= MOST_REFUSALS) return this.#answered(response);
    const decided = (again: boolean) => {
      if (this.#over) return void response.destroy();
      if (!again) return this.#answered(response);
      drain(response);
      this.#begin();
    };
    try {
      const again = this.#authorization.refused(this.#outgoing, refusal);
      if (!(again instanceof Promise)) return decided(again);
      again.then(decided, (error) => this.#failAnswered(response, error));
    } catch (error) {
      this.#failAnswered(response, error);
    }
  }

  #answered(response: IncomingMessage): void {
    if (this.#over) return void response.destroy();
    const nonce = nonceIn(response);
    if (nonce !== undefined) this.#authorization.nonce?.(this.#outgoing.url, nonce);
    this.#end();
    this.#outcome.response(response);
  }

  #failAnswered(response: IncomingMessage, error: unknown): void {
    drain(response);
    this.#fail(faultOf(error));
  }

  #fail(failure: Failure): void {
    if (this.#over) return;
    this.#end();
    this.#outcome.failed(failure);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#outcome.over?.();
  }
}

/** What a server said of our credentials; undefined when it said something else. */
function refusalIn(response: IncomingMessage): Refusal | undefined {
  const status = response.statusCode!;
  if (!MAY_BE_REFUSALS.has(status)) return undefined;
  const challenges = response.headersDistinct['www-authenticate'] ?? [];
  if (status === 400 && challenges.length === 0) return undefined;
  return { status: status as Refusal['status'], challenges, dpopNonce: nonceIn(response) };
}

function nonceIn(response: IncomingMessage): string | undefined {
  const [nonce, ...more] = response.headersDistinct['dpop-nonce'] ?? [];
  return more.length === 0 ? nonce : undefined;
}

/** What others throw may hold anything, so none of it is told. */
function faultOf(error: unknown): Failure {
  if (error instanceof AuthorizationFault)
    return { code: error.code, text: `cannot be authorized: ${error.message}; ${error.fix}` };
  return { code: 'SP5017', text: 'cannot be authorized: making its credentials failed' };
}
