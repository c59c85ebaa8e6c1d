import { randomBytes } from 'node:crypto';
import type { Answer, Reply } from '../../model/call.ts';
import { RPC } from '../../protocol/revisions.ts';
import { inputRequiredResult, inputResponsesOf } from '../../translate/input-requests.ts';
import { modernElicitation, modernQuestion } from '../../translate/questions.ts';
import { samplingAnswerForBackend } from '../../translate/sampling.ts';
import type { RequestFrame } from '../../wire/frame.ts';
import { Payload } from '../../wire/payload.ts';
import { callOf } from '../calls.ts';
import { Exchange } from '../exchange.ts';
import type { Outlet } from '../outlet.ts';
import type { Asking, Backend, ParkedCall, Request, Session } from '../ports.ts';
import { progressTokenOf } from '../progress-token.ts';
import type { Answered, Question, QuestionTaker, Sent } from '../question.ts';
import { type Refusal, refusalLine, rpcError } from '../refusal.ts';
import type { Subject } from '../subject.ts';
import type { Recorded } from '../turn.ts';
import { issueState } from './round-state.ts';

/** A client that does not come back for this long has given up, and so does its call. */
const PARKED_MS = 5 * 60 * 1000;
/** Questions a server may have open for one call. */
const MOST_OPEN = 4;

/** What the server asked and the client has not answered. */
interface Open {
  readonly frame: RequestFrame;
  readonly params: Payload | undefined;
  readonly done: (answer: Answer) => void;
}

/** What stays the same over all requests that belong to the call. */
export interface Parking {
  readonly subject: Subject;
  /** The process that works on it. */
  readonly backend: Backend;
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
export class ParkableCall implements Asking, ParkedCall, QuestionTaker {
  readonly id: number;
  readonly method: string;
  readonly params: Payload | undefined;
  readonly timeoutMs: number | undefined;
  readonly owner: Recorded | undefined;
  readonly questions = this;
  session: Session;
  caller: Request['caller'];
  outlet: Outlet;
  progressToken: string | undefined;
  readonly #parking: Parking;
  readonly #key = randomBytes(12).toString('base64url');
  readonly #open = new Map<string, Open>();
  readonly #exchanges = new Set<Exchange>();
  #request: Request;
  #round: number;
  /** Who waits for the result; undefined while the client is asked. */
  #done: Answered | undefined;
  #result: Answer | undefined;
  #sent: Sent | undefined;
  #asked = 0;
  #telling = false;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(request: Request, asking: Asking, round: number, parking: Parking, done: Answered) {
    this.id = asking.id;
    this.method = asking.method;
    this.params = asking.params;
    this.timeoutMs = asking.timeoutMs;
    this.owner = asking.owner;
    this.session = request.session;
    this.caller = request.caller;
    this.outlet = request.outlet;
    this.progressToken = asking.progressToken;
    this.#parking = parking;
    this.#request = request;
    this.#round = round;
    this.#done = done;
  }

  start(): Sent {
    const sent = this.#parking.backend.request(this, (answer) => this.#answered(answer));
    if (!this.#over) this.#sent = sent;
    return { cancel: (reason) => this.#cancel(reason), withdraw: () => this.#withdraw() };
  }

  /** The client is back with answers and waits for the result. */
  resume(request: Request, round: number, done: Answered): Sent {
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

  /** The server asks the client something while it works on this call. */
  ask(frame: RequestFrame, kind: string): void {
    const { backend } = this.#parking;
    const { session } = this;
    if (this.#over || this.#exchanges.size >= MOST_OPEN || session.account.parked.isFull) {
      backend.refuse('SP3023', 'too many questions are open', frame.size, session.id);
      return backend.reply(refusalLine(frame.id, rpcError(RPC.limited, 'Too many questions are open')));
    }
    const key = `${++this.#asked}`;
    const params = frame.params && inModernWords(frame.method, frame.params, session, backend);
    const call = callOf(session, this.caller, {
      direction: 'to-client',
      action: frame.method,
      resource: { backend: backend.name, type: 'client', id: kind },
      params,
      args: params,
      facts: { size: frame.size, inFlight: backend.inFlight, openQuestions: this.#exchanges.size, structured: false },
    });
    const respond = (refusal: Refusal | undefined) => {
      this.#open.delete(key);
      this.#exchanges.delete(exchange);
      backend.reply(refusalLine(frame.id, refusal ?? unanswered(frame.method)));
    };
    const ask = (question: Question, done: (answer: Answer) => void) => {
      this.#open.set(key, { frame, params: question.params, done });
      this.#tellSoon();
      const forget = () => void this.#open.delete(key);
      return { cancel: forget, withdraw: forget };
    };
    const exchange = new Exchange(call, { shown: kind, respond }, { ask }, session.engine);
    this.#exchanges.add(exchange);
    exchange.run();
  }

  get openQuestions(): number {
    return this.#exchanges.size;
  }

  /** The server calls one of its questions off. */
  withdrawQuestion(id: string | number): void {
    for (const [key, { frame }] of this.#open) if (frame.id.key === id) this.#open.delete(key);
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
    if (done === undefined || this.#over || this.#open.size === 0) return;
    const requests = [...this.#open].map(([key, { frame, params }]) => ({ key, method: frame.method, params }));
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
    const version = this.#parking.backend.facts?.version ?? '';
    for (const [key, body] of answers ?? []) {
      const open = this.#open.get(key);
      if (open === undefined) continue;
      this.#open.delete(key);
      const sampled = open.frame.method === 'sampling/createMessage';
      const tools = open.params?.has('tools') === true;
      open.done({ ok: true, body: sampled ? samplingAnswerForBackend(body, version, tools) : body });
    }
    if (this.#open.size > 0) this.#tellSoon();
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
    for (const exchange of [...this.#exchanges]) exchange.cancel(undefined);
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

/** What the server is told when the client never answered. */
function unanswered(method: string): Refusal {
  if (method === 'elicitation/create') return { ok: true, body: Payload.of('{"action":"cancel"}') };
  return rpcError(RPC.denied, 'The client did not answer');
}
