import { randomUUID } from 'node:crypto';
import type { Answer, Reply } from '../../model/call.ts';
import { SERVER_REQUESTS } from '../../protocol/methods.ts';
import { resultTypeOf } from '../../protocol/result-type.ts';
import { modernCapabilities } from '../../translate/client-capabilities.ts';
import { type InputRequest, inputRequestsOf, withInputResponses } from '../../translate/input-requests.ts';
import { legacyElicitation } from '../../translate/questions.ts';
import { samplingAnswerForBackend, samplingForClient } from '../../translate/sampling.ts';
import { Payload } from '../../wire/payload.ts';
import type { Asking, Backend, Request } from '../ports.ts';
import { progressTokenOf } from '../progress-token.ts';
import type { Sent } from '../question.ts';
import { invalidAnswer, type Refusal } from '../refusal.ts';
import { revisionOf } from '../revision.ts';
import { wishesProblem } from './wishes.ts';

const MOST_ROUNDS = 10;
/** Things a server may want to know at a time. */
const MOST_WISHES = 4;
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
  readonly #answers = new Map<string, Payload>();
  #sent: Sent | undefined;
  #questions: (() => void)[] = [];
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
    this.#answers.clear();
    if (asked === undefined || asked.length === 0) {
      const { turn } = this.#request.session.engine;
      this.#timer = setTimeout(() => turn.run(() => this.#again(state)), AGAIN_MS * this.#round);
      return;
    }
    let missing = asked.length;
    for (const wish of asked) {
      this.#ask(wish, () => {
        if (--missing === 0) this.#again(state);
      });
    }
  }

  #problemWith(
    body: Payload,
    wishes: ReturnType<typeof inputRequestsOf>,
    state: Payload | undefined,
  ): string | undefined {
    if (this.#round >= MOST_ROUNDS) return `input required more than ${MOST_ROUNDS} times`;
    if (wishes === undefined) return state === undefined ? 'neither input requests nor a state' : undefined;
    if (wishes === 'malformed') return 'input requests that are not a map';
    if (wishes.length > MOST_WISHES) return `more than ${MOST_WISHES} input requests at a time`;
    const capabilities = modernCapabilities(this.#request.caller.capabilities);
    return wishesProblem(body.member('inputRequests')!.json(), capabilities);
  }

  #ask({ key, method, params }: InputRequest, then: () => void): void {
    const { session, caller, outlet } = this.#request;
    const kind = SERVER_REQUESTS.get(method)!;
    const to = revisionOf(session, caller);
    const asked = { method, params: params && inLegacyWords(method, params, to), size: params?.size ?? 0 };
    const answered = (refusal: Refusal | undefined) => {
      if (this.#over) return;
      if (refusal === undefined) return this.#finish('cancelled');
      const answer = answerOf(method, params, refusal, this.#backend.facts?.version ?? '');
      if (answer === undefined) return this.#finish({ loss: REFUSED });
      this.#answers.set(key, answer);
      then();
    };
    this.#questions.push(session.questions.ask(this.#backend, asked, kind, outlet, answered));
  }

  /** Makes the call again, under an id of its own, with the answers and the state as the server gave it. */
  #again(state: Payload | undefined): void {
    if (this.#over) return;
    this.#questions = [];
    const id = this.#backend.nextId();
    const params = withInputResponses(this.#asking.params ?? Payload.of('{}'), [...this.#answers], state);
    const token = progressTokenOf(params);
    const own = token === undefined ? params : params.splice([{ ...token, text: String(id) }]);
    const { method, session, caller, outlet, progressToken, timeoutMs, owner } = this.#asking;
    this.#send({ id, method, params: own, session, caller, outlet, progressToken, timeoutMs, owner });
  }

  #finish(answer: Answer): void {
    if (this.#over) return;
    this.#stop();
    this.#done(answer);
  }

  #stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    for (const withdraw of this.#questions.splice(0)) withdraw();
  }
}

/** Answers to input requests have no form for errors, so a call that asks what the client will not tell ends. */
const REFUSED = { code: 'SP3025', text: 'the client refused what the server needs to know for this call' } as const;

function inLegacyWords(method: string, params: Payload, to: string): Payload {
  if (method === 'elicitation/create') return legacyElicitation(params, randomUUID());
  return method === 'sampling/createMessage' ? samplingForClient(params, to) : params;
}

/** What goes into `inputResponses`; undefined for a refusal there is no form for. */
function answerOf(method: string, params: Payload | undefined, { ok, body }: Refusal, to: string): Payload | undefined {
  if (!ok) return method === 'elicitation/create' ? Payload.of('{"action":"cancel"}') : undefined;
  if (method !== 'sampling/createMessage') return body;
  return samplingAnswerForBackend(body, to, params?.has('tools') === true);
}
