import { randomBytes } from 'node:crypto';
import type { Answer, Reply } from '../../model/call.ts';
import { RPC } from '../../protocol/revisions.ts';
import { inputRequiredResult, inputResponsesOf } from '../../translate/input-requests.ts';
import { modernElicitation, modernQuestion } from '../../translate/questions.ts';
import type { Payload } from '../../wire/payload.ts';
import type { Outlet } from '../outlet.ts';
import type { Asking, Backend, ParkedCall, Request, Session } from '../ports.ts';
import { progressTokenOf } from '../progress-token.ts';
import type { Answered, Sent } from '../question.ts';
import { rpcError } from '../refusal.ts';
import type { Subject } from '../subject.ts';
import type { Recorded } from '../turn.ts';
import { HeldQuestions } from './held-questions.ts';
import { issueState } from './round-state.ts';

/** A client that does not come back for this long has given up, and so does its call. */
const PARKED_MS = 5 * 60 * 1000;
/** What stays the same over all requests that belong to the call. */
export interface Parking {
  readonly subject: Subject;
  /** The process that works on it. */
  readonly backend: Backend;
  /** Sends it there. */
  readonly send: (backend: Backend, asking: Asking, done: (answer: Answer) => void) => Sent;
  /** An answer of the server in the client's words. */
  readonly translate: (request: Request, reply: Reply) => Answer;
  /** It waits for its client, or does so no more. */
  readonly parked: (waits: boolean) => void;
  readonly over: () => void;
}

/**
 * A call of a modern client that a legacy server works on. When the server asks something, the client's request is
 * answered with "input required" and the call goes on without it; the request that brings the answers waits for the
 * result in its place. A call is never made twice.
 */
export class ParkableCall implements Asking, ParkedCall {
  readonly id: number;
  readonly method: string;
  readonly params: Payload | undefined;
  readonly timeoutMs: number | undefined;
  readonly owner: Recorded | undefined;
  readonly offered: Asking['offered'];
  readonly questions: HeldQuestions;
  session: Session;
  caller: Request['caller'];
  outlet: Outlet;
  progressToken: string | undefined;
  readonly #parking: Parking;
  readonly #key = randomBytes(12).toString('base64url');
  #request: Request;
  #round: number;
  /** Who waits for the result; undefined while the client is asked. */
  #done: Answered | undefined;
  #result: Answer | undefined;
  #sent: Sent | undefined;
  #telling = false;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(request: Request, asking: Asking, round: number, parking: Parking, done: Answered) {
    this.id = asking.id;
    this.method = asking.method;
    this.params = asking.params;
    this.timeoutMs = asking.timeoutMs;
    this.owner = asking.owner;
    this.offered = asking.offered;
    this.session = request.session;
    this.caller = request.caller;
    this.outlet = request.outlet;
    this.progressToken = asking.progressToken;
    const { backend } = parking;
    const words = (method: string, params: Payload) => inModernWords(method, params, this.session, backend);
    this.questions = new HeldQuestions({ backend, who: this, words, came: () => this.#tellSoon() });
    this.#parking = parking;
    this.#request = request;
    this.#round = round;
    this.#done = done;
  }

  start(): Sent {
    const { send, backend } = this.#parking;
    const sent = send(backend, this, (answer) => this.#answered(answer));
    if (!this.#over) this.#sent = sent;
    return { cancel: (reason) => this.#cancel(reason), withdraw: () => this.#withdraw() };
  }

  /** The client is back with answers and waits for the result. */
  resume(request: Request, round: number, done: Answered): Sent {
    if (this.#over) {
      done(rpcError(RPC.invalidParams, 'Invalid request state'));
      return { cancel: () => {}, withdraw: () => {} };
    }
    clearTimeout(this.#timer);
    this.session.account.parked.delete(this.#key);
    this.session = request.session;
    this.caller = request.caller;
    this.outlet = request.outlet;
    this.progressToken = request.frame.params && progressTokenOf(request.frame.params)?.raw;
    this.#request = request;
    this.#round = round;
    this.#done = done;
    this.#parking.parked(false);
    const result = this.#result;
    if (result !== undefined) this.#finish(result);
    else this.#hear(request);
    return { cancel: (reason) => this.#cancel(reason), withdraw: () => this.#withdraw() };
  }

  #answered(answer: Answer): void {
    this.#sent = undefined;
    if (this.#done === undefined && answer !== 'cancelled') this.#result = answer;
    else this.#finish(answer);
  }

  /** Questions that come in one go are put to the client together. */
  #tellSoon(): void {
    if (this.#telling) return;
    this.#telling = true;
    setImmediate(() => {
      this.#telling = false;
      this.session.engine.turn.run(() => this.#tell());
    });
  }

  #tell(): void {
    const done = this.#done;
    const requests = this.questions.waiting;
    if (done === undefined || this.#over || requests.length === 0) return;
    const state = issueState(this.#request, this.#parking.subject, this.#round, { parked: this.#key });
    this.session.account.parked.add(this.#key, this);
    this.#timer = setTimeout(() => this.session.engine.turn.run(() => this.#expire()), PARKED_MS).unref();
    this.#done = undefined;
    this.#parking.parked(true);
    done({ ok: true, body: inputRequiredResult(requests, JSON.parse(state) as string) });
  }

  /** Hands the client's answers to the server; what it left out is asked again. */
  #hear({ frame }: Request): void {
    const answers = inputResponsesOf(frame.params);
    if (answers === 'malformed') {
      this.#callOff(undefined);
      return this.#finish(rpcError(RPC.invalidParams, '`params.inputResponses` must be a map of answers'));
    }
    this.questions.hear(answers ?? new Map());
    if (this.questions.waiting.length > 0) this.#tellSoon();
  }

  #expire(): void {
    const { engine } = this.session;
    engine.audit.event('call_given_up', { backend: this.#parking.backend.name, method: this.method });
    this.#callOff(undefined);
    this.#finish('cancelled');
  }

  #cancel(reason: Payload | undefined): void {
    this.#callOff(reason);
    this.#done = undefined;
    this.#finish('cancelled');
  }

  #withdraw(): void {
    this.#sent?.withdraw();
    this.#done = undefined;
    this.#finish('cancelled');
  }

  #callOff(reason: Payload | undefined): void {
    const sent = this.#sent;
    this.#sent = undefined;
    sent?.cancel(reason);
  }

  #finish(answer: Answer): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.session.account.parked.delete(this.#key);
    this.questions.close();
    this.#parking.over();
    const done = this.#done;
    this.#done = undefined;
    if (done === undefined) return;
    if (answer === 'cancelled' || 'loss' in answer) done(answer);
    else done(() => this.#parking.translate(this.#request, answer));
  }
}

function inModernWords(method: string, params: Payload, { engine }: Session, { name }: Backend): Payload {
  if (method !== 'elicitation/create') return modernQuestion(params);
  const plain = modernElicitation(params);
  return engine.prefixed ? named(plain, name) : plain;
}

function named(params: Payload, backend: string): Payload {
  const span = params.span('message');
  const text = params.string('message');
  if (span === undefined || text === undefined) return params;
  return params.splice([{ ...span, text: JSON.stringify(`[${backend}] ${text}`) }]);
}
