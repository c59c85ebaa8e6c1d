import type { Answer, Reply } from '../../model/call.ts';
import { resultTypeOf } from '../../protocol/result-type.ts';
import { type InputRequest, inputRequestsOf, withInputResponses } from '../../translate/input-requests.ts';
import { Payload } from '../../wire/payload.ts';
import { askedAnew } from '../asked-anew.ts';
import type { Asking, Backend, Request } from '../ports.ts';
import type { Sent } from '../question.ts';
import { invalidAnswer } from '../refusal.ts';
import { type Answered, problemWith, putToClient } from './put-to-client.ts';

const MOST_ROUNDS = 10;
/** A server that only wants the call made again is not asked at once. */
const AGAIN_MS = 100;

/**
 * A call of a legacy client to a modern server. What the server wants to know first is put to the client as a legacy
 * server would, each question through policy, and the call is made again with the answers (2026-07-28,
 * basic/patterns/mrtr). The client sees one call.
 */
export class LegacyRounds implements Sent {
  readonly #request: Request;
  readonly #backend: Backend;
  readonly #asking: Asking;
  readonly #done: (answer: Answer) => void;
  #sent: Sent | undefined;
  /** Takes back what the client is being asked. */
  #withdraw: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round = 0;
  #over = false;

  constructor(request: Request, backend: Backend, asking: Asking, done: (answer: Answer) => void) {
    this.#request = request;
    this.#backend = backend;
    this.#asking = asking;
    this.#done = done;
    this.#send(asking);
  }

  cancel(reason: Payload | undefined): void {
    this.#stop();
    this.#sent?.cancel(reason);
  }

  withdraw(): void {
    this.#stop();
    this.#sent?.withdraw();
  }

  #send(asking: Asking): void {
    this.#sent = this.#backend.request(asking, (answer) => this.#answered(answer));
  }

  #answered(answer: Answer): void {
    if (this.#over) return;
    const replied = answer !== 'cancelled' && !('loss' in answer) && answer.ok;
    if (!replied || this.#backend.era !== 'modern' || resultTypeOf(answer.body) !== 'input_required') {
      return this.#finish(answer);
    }
    try {
      this.#wanted(answer);
    } catch (failure) {
      this.#finish(invalidAnswer(this.#backend.name, `input required that cannot be read: ${String(failure)}`));
    }
  }

  #wanted({ body }: Reply): void {
    const wishes = inputRequestsOf(body);
    const state = body.member('requestState');
    const problem = this.#problemWith(body, wishes, state);
    if (problem !== undefined) return this.#finish(invalidAnswer(this.#backend.name, problem));
    const asked = wishes as readonly InputRequest[] | undefined;
    this.#round++;
    if (asked === undefined || asked.length === 0) {
      const { turn } = this.#request.session.engine;
      this.#timer = setTimeout(() => turn.run(() => this.#askAgain(state, [])), AGAIN_MS * this.#round);
      return;
    }
    this.#withdraw = putToClient(this.#request, this.#backend, asked, undefined, (put) => {
      if (put === 'cancelled' || 'loss' in put) this.#finish(put);
      else this.#askAgain(state, put.answers);
    });
  }

  #problemWith(
    body: Payload,
    wishes: ReturnType<typeof inputRequestsOf>,
    state: Payload | undefined,
  ): string | undefined {
    if (this.#round >= MOST_ROUNDS) return `input required more than ${MOST_ROUNDS} times`;
    if (wishes === undefined) return state === undefined ? 'neither input requests nor a state' : undefined;
    return problemWith(this.#request, body, wishes);
  }

  /** Makes the call again, under an id of its own, with the answers and the state as the server gave it. */
  #askAgain(state: Payload | undefined, answers: readonly Answered[]): void {
    if (this.#over) return;
    const params = withInputResponses(this.#asking.params ?? Payload.of('{}'), answers, state);
    this.#send(askedAnew(this.#asking, this.#backend, params));
  }

  #finish(answer: Answer): void {
    if (this.#over) return;
    this.#stop();
    this.#done(answer);
  }

  #stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#withdraw?.();
  }
}
