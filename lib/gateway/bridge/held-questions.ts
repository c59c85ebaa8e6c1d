import { randomBytes } from 'node:crypto';
import type { Answer } from '../../model/call.ts';
import { RPC } from '../../protocol/revisions.ts';
import type { InputRequest } from '../../translate/input-requests.ts';
import { samplingAnswerForBackend } from '../../translate/sampling.ts';
import type { RequestFrame } from '../../wire/frame.ts';
import { Payload } from '../../wire/payload.ts';
import { callOf } from '../calls.ts';
import { Exchange } from '../exchange.ts';
import type { Backend, Request } from '../ports.ts';
import type { Question, QuestionTaker } from '../question.ts';
import { type Refusal, refusalLine, rpcError } from '../refusal.ts';
import { wishProblem } from './wishes.ts';

/** Questions a server may have open for one call or task. */
const MOST_OPEN = 4;

/** What the server asked and the client has not answered. */
interface Open {
  readonly frame: RequestFrame;
  readonly params: Payload | undefined;
  readonly done: (answer: Answer) => void;
}

/** Whose questions these are, and what becomes of them. */
export interface Holding {
  readonly backend: Backend;
  /** Who is asked now; that may change from one question to the next. */
  readonly who: Pick<Request, 'session' | 'caller'>;
  /** A question as an input request has it. */
  readonly words: (method: string, params: Payload) => Payload;
  /** There is one more to put to the client. */
  readonly came: () => void;
}

/**
 * What a legacy server asks while it works on one call or task of a modern client, each question through policy, held
 * until the client brings the answers with a request of its own.
 */
export class HeldQuestions implements QuestionTaker {
  readonly #holding: Holding;
  readonly #open = new Map<string, Open>();
  readonly #exchanges = new Set<Exchange>();
  /** A key is never used again for the same call or task. */
  readonly #prefix = randomBytes(6).toString('base64url');
  #asked = 0;
  #closed = false;

  constructor(holding: Holding) {
    this.#holding = holding;
  }

  get openQuestions(): number {
    return this.#exchanges.size;
  }

  ask(frame: RequestFrame, kind: string): void {
    const { backend, who, words, came } = this.#holding;
    const { session, caller } = who;
    if (this.#closed || this.#exchanges.size >= MOST_OPEN || session.account.parked.isFull) {
      backend.refuse('SP3023', 'too many questions are open', frame.size, session.id);
      return backend.reply(refusalLine(frame.id, rpcError(RPC.limited, 'Too many questions are open')));
    }
    const problem = wishProblem({ method: frame.method, params: frame.params?.json() }, caller.capabilities);
    if (problem !== undefined) {
      backend.refuse('SP8018', problem, frame.size, session.id);
      return backend.reply(refusalLine(frame.id, rpcError(RPC.invalidParams, 'The client cannot answer this')));
    }
    const key = `${this.#prefix}${++this.#asked}`;
    const params = frame.params && words(frame.method, frame.params);
    const call = callOf(session, caller, {
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
      came();
      const forget = () => void this.#open.delete(key);
      return { cancel: forget, withdraw: forget };
    };
    const exchange = new Exchange(call, { shown: kind, respond }, { ask }, session.engine);
    this.#exchanges.add(exchange);
    exchange.run();
  }

  /** The server calls one of its questions off. */
  withdrawQuestion(id: string | number): void {
    for (const [key, { frame }] of this.#open) if (frame.id.key === id) this.#open.delete(key);
  }

  /** Those that wait for an answer. */
  get waiting(): InputRequest[] {
    return [...this.#open].map(([key, { frame, params }]) => ({ key, method: frame.method, params }));
  }

  /** Hands the client's answers to the server; those to nothing that was asked are left out. */
  hear(answers: ReadonlyMap<string, Payload>): void {
    const version = this.#holding.backend.facts?.version ?? '';
    for (const [key, body] of answers) {
      const open = this.#open.get(key);
      if (open === undefined) continue;
      this.#open.delete(key);
      const sampled = open.frame.method === 'sampling/createMessage';
      const tools = open.params?.has('tools') === true;
      open.done({ ok: true, body: sampled ? samplingAnswerForBackend(body, version, tools) : body });
    }
  }

  /** Nobody answers any more. */
  close(): void {
    this.#closed = true;
    for (const exchange of [...this.#exchanges]) exchange.cancel(undefined);
  }
}

/** What the server is told when the client never answered. */
function unanswered(method: string): Refusal {
  if (method === 'elicitation/create') return { ok: true, body: Payload.of('{"action":"cancel"}') };
  return rpcError(RPC.denied, 'The client did not answer');
}
