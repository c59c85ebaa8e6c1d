import type { Answer } from '../../model/call.ts';
import type { Code } from '../../model/codes.ts';
import { asObject } from '../../model/json.ts';
import { SERVER_REQUESTS } from '../../protocol/methods.ts';
import { META, RPC } from '../../protocol/revisions.ts';
import { type NotificationFrame, parseId, type ReplyFrame, type RequestFrame, type RpcId } from '../../wire/frame.ts';
import { Payload } from '../../wire/payload.ts';
import { valueAt } from '../../wire/rewrite.ts';
import { requestLine } from '../../wire/writer.ts';
import { callOf } from '../calls.ts';
import { cancelledParams } from '../cancelled.ts';
import { Exchange } from '../exchange.ts';
import type { Outlet } from '../outlet.ts';
import type { Backend, Questions, Session, Waited } from '../ports.ts';
import type { Asked, Question, QuestionTaker, Sent } from '../question.ts';
import { detailOf, type Refusal, refusalLine, rpcError } from '../refusal.ts';
import { replyFromClient } from '../tasks/tasks.ts';
import { questionParams } from './question-params.ts';

/** Questions a backend may have open at a time for each call it works on. */
const OPEN_PER_CALL = 4;
/** A link with a longer id is opened like any other, but nobody hears of its completion. */
const LONGEST_ID = 512;

/**
 * A legacy server asks the client something (sampling, elicitation, roots) or pings. The question goes to the
 * client whose call the server works on, and never to another one.
 */
export function askClient(backend: Backend, frame: RequestFrame, about?: number): void {
  const refuse = (refusal: Refusal, code?: Code) => {
    if (code !== undefined) {
      const detail = detailOf(refusal);
      backend.refuse(code, detail, frame.size);
    }
    backend.reply(refusalLine(frame.id, refusal));
  };
  if (frame.method === 'ping') return refuse({ ok: true, body: Payload.of('{}') });
  const kind = SERVER_REQUESTS.get(frame.method);
  if (kind === undefined || backend.era === 'modern') {
    return refuse(rpcError(RPC.methodNotFound, 'Method not found'), 'SP3005');
  }
  const waiting = backend.conversation?.waiting(about) ?? [];
  const taker = takerOf(waiting, kind, relatedTask(frame));
  if (taker !== undefined) return taker.ask(frame, kind);
  const session = sessionFor(backend, waiting, kind);
  if (session === undefined || session.era === 'modern') return refuse(unasked(backend, kind), 'SP3024');
  if ((session.client?.caller.capabilities[kind] ?? undefined) === undefined) {
    return refuse(rpcError(RPC.methodNotFound, `The client does not support ${kind}`), 'SP8018');
  }
  if (session.questions.count(backend) >= OPEN_PER_CALL * Math.max(1, backend.inFlight)) {
    return refuse(rpcError(RPC.limited, 'Too many questions are open'), 'SP3023');
  }
  session.questions.begin(backend, frame, kind, waiting.at(-1)?.asking.outlet);
}

/**
 * The request of a modern client that can take a question of this kind: the one that waits for the task it belongs to,
 * or, where it belongs to none, the call that began first.
 */
function takerOf(waiting: readonly Waited[], kind: string, task: string | undefined): QuestionTaker | undefined {
  const able = waiting.filter(
    ({ asking }) => asking.questions !== undefined && asking.caller?.capabilities[kind] !== undefined,
  );
  const its = able.find(({ asking: { method, params } }) =>
    task === undefined ? method !== 'tasks/result' : params?.string('taskId') === task,
  );
  return (its ?? (task === undefined ? able[0] : undefined))?.asking.questions;
}

function relatedTask({ params }: RequestFrame): string | undefined {
  const id = params && valueAt(params, ['_meta', META.relatedTask, 'taskId'])?.json();
  return typeof id === 'string' ? id : undefined;
}

/** What a server hears that asks while it works on nothing for anybody who could answer (SEP-2260). */
function unasked({ sessions }: Backend, kind: string): Refusal {
  const modern = [...sessions].some(({ era }) => era === 'modern');
  const code = modern ? { roots: RPC.methodNotFound, elicitation: RPC.invalidParams }[kind] : undefined;
  return rpcError(code ?? RPC.invalidRequest, 'A server may ask only while it works on a call');
}

/** The one session a question can be meant for; roots may be asked for at any time, by the only user. */
function sessionFor(backend: Backend, waiting: readonly Waited[], kind: string): Session | undefined {
  const sessions = new Set(waiting.map(({ asking }) => asking.session));
  if (sessions.size === 1) return [...sessions][0];
  return sessions.size === 0 && kind === 'roots' && backend.sessions.size === 1 ? [...backend.sessions][0] : undefined;
}

interface Open {
  /** Who asks; undefined for a question of the gateway's own. */
  readonly backend: Backend | undefined;
  /** The backend's own id for it, when it asked by itself. */
  readonly backendId: RpcId | undefined;
  /** Raw JSON of the backend's progress token, when it wants progress of the client. */
  readonly progressToken: string | undefined;
  /** Undefined for a question of the gateway's own. */
  readonly exchange: Exchange | undefined;
  done: (answer: Answer) => void;
}

/** What servers have asked one client and it has not answered. The gateway owns the ids. */
export class OpenQuestions implements Questions {
  readonly #session: Session;
  readonly #open = new Map<number, Open>();
  /** Ids of URL elicitations this client was given, by backend, so that only it hears of their completion. */
  readonly #elicitations = new Set<string>();
  #nextId = 1;

  constructor(session: Session) {
    this.#session = session;
  }

  count(backend: Backend): number {
    let count = 0;
    for (const open of this.#open.values()) if (open.backend === backend) count++;
    return count;
  }

  /** The client answered one of them. */
  answer(frame: ReplyFrame): void {
    const open = typeof frame.id?.key === 'number' ? this.#open.get(frame.id.key) : undefined;
    const { engine, id } = this.#session;
    if (open === undefined) {
      const detail = 'an answer to nothing that was asked';
      return engine.audit.refused({ from: 'client', session: id, code: 'SP8003', detail, bytes: frame.size });
    }
    this.#open.delete(frame.id!.key as number);
    if (frame.result !== undefined) return open.done({ ok: true, body: this.#inServersWords(open, frame.result) });
    if (frame.error !== undefined) return open.done({ ok: false, body: frame.error });
    open.done({ ok: false, body: rpcError(RPC.internal, 'The client sent an invalid answer').body });
  }

  /** The client reports progress on one of them. */
  progress(frame: NotificationFrame): void {
    const token = parseId(frame.params?.member('progressToken')?.text())?.key;
    const open = typeof token === 'number' ? this.#open.get(token) : undefined;
    const span = frame.params?.span('progressToken');
    if (open?.progressToken === undefined || span === undefined) return;
    open.backend?.tell(
      frame.method,
      frame.params!.splice([{ start: span.start, end: span.end, text: open.progressToken }]),
    );
  }

  /** The backend calls one of its questions off. */
  withdraw(backend: Backend, backendId: string | number, params: Payload | undefined): void {
    for (const open of this.#open.values()) {
      if (open.backend === backend && open.backendId?.key === backendId) return open.exchange?.cancel(params);
    }
  }

  backendGone(backend: Backend): void {
    for (const open of [...this.#open.values()]) if (open.backend === backend) open.exchange?.cancel(undefined);
  }

  rememberElicitation(id: string, backend: Backend): void {
    if (id.length > LONGEST_ID) return;
    if (this.#elicitations.size >= 1000) this.#elicitations.delete(this.#elicitations.keys().next().value!);
    this.#elicitations.add(`${backend.name} ${id}`);
  }

  /** Whether this client was given the URL elicitation `id` by `backend`. */
  knowsElicitation(id: string, backend: Backend): boolean {
    return this.#elicitations.has(`${backend.name} ${id}`);
  }

  begin(backend: Backend, frame: RequestFrame, kind: string, outlet: Outlet | undefined): void {
    const reply = (refusal: Refusal | undefined) => {
      if (refusal === undefined) return;
      backend.reply(refusalLine(frame.id, refusal));
      if (kind === 'roots' && refusal.ok) backend.rooted(foldersIn(refusal.body));
    };
    this.#put(backend, frame, frame.id, kind, outlet, reply);
  }

  ask(
    backend: Backend,
    asked: Asked,
    kind: string,
    outlet: Outlet | undefined,
    answered: (refusal: Refusal | undefined) => void,
  ): () => void {
    return this.#put(backend, asked, undefined, kind, outlet, answered);
  }

  own(params: Payload, outlet: Outlet, answered: (result: Payload | undefined) => void): () => void {
    const id = this.#nextId++;
    const forget = () => this.#open.delete(id);
    const done = (answer: Answer) => {
      forget();
      answered(answer !== 'cancelled' && 'ok' in answer && answer.ok ? answer.body : undefined);
    };
    this.#open.set(id, {
      backend: undefined,
      backendId: undefined,
      progressToken: undefined,
      exchange: undefined,
      done,
    });
    const line = requestLine(id, 'elicitation/create', params);
    const { turn } = this.#session.engine;
    turn.run(() => outlet.aside(line));
    return () => {
      if (!forget()) return;
      turn.run(() => this.#session.notify('notifications/cancelled', cancelledParams(id, undefined), outlet));
    };
  }

  /** A client's answer in the words of the server that asked. */
  #inServersWords({ backend }: Open, result: Payload): Payload {
    return backend === undefined ? result : replyFromClient(this.#session, backend, result);
  }

  #put(
    backend: Backend,
    asked: Asked,
    backendId: RpcId | undefined,
    kind: string,
    outlet: Outlet | undefined,
    answered: (refusal: Refusal | undefined) => void,
  ): () => void {
    const session = this.#session;
    const { engine } = session;
    const id = this.#nextId++;
    const { params, progressToken, elicitationId } = questionParams(session, backend, asked, id);
    if (elicitationId !== undefined) this.rememberElicitation(elicitationId, backend);
    const call = callOf(session, session.client!.caller, {
      direction: 'to-client',
      action: asked.method,
      resource: { backend: backend.name, type: 'client', id: kind },
      params,
      args: params,
      facts: { size: asked.size, inFlight: backend.inFlight, openQuestions: this.count(backend), structured: false },
    });
    const respond = (refusal: Refusal | undefined) => {
      this.#open.delete(id);
      answered(refusal);
    };
    const target = {
      ask: (question: Question, done: (answer: Answer) => void) => this.#send(id, question, outlet, done),
    };
    const exchange = new Exchange(call, { shown: kind, respond }, target, engine);
    this.#open.set(id, { backend, backendId, progressToken, exchange, done: () => {} });
    exchange.run();
    return () => exchange.cancel(undefined);
  }

  #send(id: number, question: Question, outlet: Outlet | undefined, done: (answer: Answer) => void): Sent {
    this.#open.get(id)!.done = done;
    const line = requestLine(id, question.call.action, question.params);
    if (outlet === undefined) this.#session.stage(line, question);
    else outlet.aside(line, question);
    return {
      cancel: (reason) => {
        this.#open.delete(id);
        this.#session.notify('notifications/cancelled', cancelledParams(id, reason), outlet);
      },
      withdraw: () => this.#open.delete(id),
    };
  }
}

/** URIs of the folders in an answer to `roots/list`. */
function foldersIn(body: Payload): string[] {
  const roots = body.member('roots')?.json();
  if (!Array.isArray(roots)) return [];
  return roots.flatMap((root) => {
    const uri = asObject(root)?.uri;
    return typeof uri === 'string' ? [uri] : [];
  });
}
