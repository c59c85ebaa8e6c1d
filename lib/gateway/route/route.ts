import type { Call, Facts, Loss, Reply, Resource } from '../../model/call.ts';
import type { Code } from '../../model/codes.ts';
import type { ToolShape } from '../../model/tool-shape.ts';
import type { MethodRule } from '../../protocol/methods.ts';
import { type LinesOf, mismatchedParamHeader } from '../../protocol/param-headers.ts';
import { RPC } from '../../protocol/revisions.ts';
import { fold } from '../../wire/keys.ts';
import type { Cut, Payload } from '../../wire/payload.ts';
import { removalsOf } from '../../wire/remove.ts';
import { askAcross } from '../bridge/across.ts';
import { type Caller, declaresTasks, tasksUndeclared } from '../caller.ts';
import { callOf, plainFacts } from '../calls.ts';
import { conduct } from '../conduct.ts';
import type { ToolFacts } from '../facts.ts';
import type { Outlet } from '../outlet.ts';
import type { Asking, Backend, Request, Session } from '../ports.ts';
import { progressTokenOf } from '../progress-token.ts';
import type { Answered, Asker, Question, Sent, Target } from '../question.ts';
import { lost, notFound, type Refusal, rpcError } from '../refusal.ts';
import type { Subject } from '../subject.ts';
import { askTaskAcross } from '../tasks/across.ts';
import type { Recorded } from '../turn.ts';
import { exposed, replyForClient } from './replies.ts';
import { isSubject, listCandidates, resolveSubject, type Span, type Unknown } from './resolve.ts';
import { type Round, resumeRound } from './rounds.ts';

const FIRST_ROUND: Round = { round: 0, cuts: [] };

/** A request for one backend: finds out which, puts it in the backend's words, and sends it down the path. */
export function routeRequest(request: Request, rule: MethodRule | undefined): void {
  const { frame, session, caller } = request;
  if (rule === undefined) return passThrough(request);
  const { params } = frame;
  if (params === undefined) return malformed(request, rule);
  if (rule.type === 'task' && caller.era === 'modern' && !declaresTasks(caller))
    return request.refuse(tasksUndeclared());
  const found = resolveSubject(session, rule, params);
  if (isSubject(found)) return begin(request, rule, found, params);
  if (found === 'malformed') return malformed(request, rule);
  lookAgain(request, rule, found, params);
}

/** The name is not known: backends that could have it are asked for their lists before that is said. */
function lookAgain(request: Request, rule: MethodRule, missing: Unknown, params: Payload): void {
  const { session, frame } = request;
  let over = false;
  let forget: (() => void) | undefined;
  const end = (refusal: Refusal | undefined) => {
    over = true;
    forget?.();
    request.respond(refusal, undefined);
  };
  session.hold(frame.id, { cancel: () => end(undefined), lose: ({ text }) => end(rpcError(RPC.backendFailed, text)) });
  forget = listCandidates(session, missing, (loss) => {
    if (over) return;
    const found = resolveSubject(session, rule, params);
    if (isSubject(found)) begin(request, rule, found, params);
    else unknown(request, missing, loss);
  });
}

/** The subject is known: check the arguments' spelling, rewrite, and run. */
function begin(request: Request, rule: MethodRule, subject: Subject, params: Payload): void {
  const { backend, resource } = subject;
  const tool = resource.type === 'tool' ? backend.catalog.tool(resource.id) : undefined;
  if (tool !== undefined && params.argumentKeys().some((key) => (tool.declared.get(fold(key)) ?? key) !== key)) {
    const refusal = rpcError(RPC.invalidParams, 'An argument is spelt almost like one the tool declares');
    return request.refuse({ refusal, code: 'SP8012' });
  }
  const header = tool && request.session.headers && contradicted(tool, params, request.session.headers);
  if (header !== undefined) {
    const refusal = rpcError(RPC.headerMismatch, `Header mismatch: ${header} does not say what the arguments say`);
    return request.refuse({ refusal, code: 'SP8021' });
  }
  const round = rule.rounds === true ? roundOf(request, subject, params) : undefined;
  if (round === 'invalid') {
    return request.refuse({ refusal: rpcError(RPC.invalidParams, 'Invalid request state'), code: 'SP8015' });
  }
  const id = backend.nextId();
  const token = progressTokenOf(params);
  const cuts = cutsFor(subject, round, token, id);
  const call = routedCall(request, resource, backend, cuts === undefined ? params : params.splice(cuts), tool);
  const routed = new RoutedRequest(request, subject, id, token?.raw, round ?? FIRST_ROUND);
  conduct(request, call, routed, routed);
}

/** The round a request continues. Only a modern client has any, so what a legacy one says of them is taken out. */
function roundOf(
  { session, frame, caller }: Request,
  subject: Subject,
  params: Payload,
): Round | 'invalid' | undefined {
  if (caller.era === 'modern') return resumeRound(session, frame.method, subject, params);
  if (!params.has('inputResponses') && !params.has('requestState')) return undefined;
  return { round: 0, cuts: removalsOf(params, ['inputResponses', 'requestState']) };
}

/** The first header that must repeat an argument and does not. */
function contradicted({ paramHeaders }: ToolFacts, params: Payload, headers: LinesOf): string | undefined {
  return paramHeaders.length === 0
    ? undefined
    : mismatchedParamHeader(paramHeaders, params.member('arguments')?.json(), headers);
}

/** What differs between the client's words and the backend's; undefined when nothing does. */
function cutsFor(subject: Subject, round: Round | undefined, token: Span | undefined, id: number): Cut[] | undefined {
  if (subject.cut === undefined && round === undefined && token === undefined) return undefined;
  const cuts = [...(round?.cuts ?? [])];
  if (subject.cut !== undefined) cuts.push(subject.cut);
  if (token !== undefined) cuts.push({ start: token.start, end: token.end, text: String(id) });
  return cuts.sort((a, b) => a.start - b.start);
}

function routedCall(
  request: Request,
  resource: Resource,
  backend: Backend,
  params: Payload | undefined,
  tool: ToolFacts | undefined,
): Call {
  const { session, frame, caller } = request;
  const facts = new RoutedFacts(backend, session, frame.size, tool);
  const call = callOf(session, caller, {
    action: frame.method,
    resource,
    params,
    // Nothing is rewritten inside the arguments, and the client's own frame is in memory anyway.
    args: frame.params?.member(frame.method === 'completion/complete' ? 'argument' : 'arguments'),
    facts,
  });
  facts.decision = call.id;
  return call;
}

/** What is known of a request: how many others run is told when it is judged, after it waited for its turn. */
class RoutedFacts implements Facts {
  readonly size: number;
  readonly openQuestions = 0;
  readonly structured: boolean;
  readonly tool: ToolShape | undefined;
  decision = '';
  readonly #backend: Backend;
  readonly #session: Session;

  constructor(backend: Backend, session: Session, size: number, tool: ToolFacts | undefined) {
    this.size = size;
    this.structured = tool?.structured ?? false;
    this.tool = tool?.shape;
    this.#backend = backend;
    this.#session = session;
  }

  get inFlight(): number {
    const { subject, engine } = this.#session;
    return this.#backend.inFlightFor(subject) + engine.deciding.beside(this.#backend.name, subject, this.decision);
  }
}

/** A request on its way to one backend and back: in the backend's words there, in the client's words here. */
class RoutedRequest implements Asker, Target, Asking {
  readonly id: number;
  readonly method: string;
  readonly session: Session;
  readonly caller: Caller;
  readonly outlet: Outlet;
  readonly progressToken: string | undefined;
  params: Payload | undefined;
  timeoutMs: number | undefined;
  owner: Recorded | undefined;
  readonly #request: Request;
  readonly #subject: Subject;
  readonly #round: Round;

  constructor(request: Request, subject: Subject, id: number, progressToken: string | undefined, round: Round) {
    this.id = id;
    this.method = request.frame.method;
    this.session = request.session;
    this.progressToken = progressToken;
    this.caller = request.caller;
    this.outlet = request.outlet;
    this.#request = request;
    this.#subject = subject;
    this.#round = round;
  }

  get shown(): string {
    return this.#subject.shown;
  }

  ask(question: Question, done: Answered): Sent {
    const { backend, resource } = this.#subject;
    this.params = question.params;
    this.timeoutMs = this.method === 'tasks/result' ? undefined : question.timeoutMs;
    this.owner = question;
    if (this.method === 'resources/subscribe' || this.method === 'resources/unsubscribe') {
      return this.session.subscriptions.ask(backend, resource.id, this, question, done);
    }
    const { round, parked } = this.#round;
    if (parked !== undefined) return parked.resume(this.#request, round, done);
    const translate = (request: Request, reply: Reply) => replyForClient(request, this.#subject, round, this.id, reply);
    const expose = (body: Payload) => exposed(this.#request, this.#subject, body);
    const crossing = { request: this.#request, subject: this.#subject, asking: this, round, translate, expose };
    return askTaskAcross(crossing, done) ?? askAcross(crossing, done);
  }

  respond(refusal: Refusal | undefined, owner: Recorded | undefined): void {
    this.#request.respond(refusal, owner);
  }

  disguise(answer: () => void): () => void {
    const { resource, shown } = this.#subject;
    return listCandidates(this.session, { type: resource.type as Unknown['type'], shown }, answer);
  }
}

/** A method only the config knows: it goes to the only backend as it is. */
function passThrough(request: Request): void {
  const { session, frame, caller, outlet } = request;
  const [backend] = session.backends;
  if (backend === undefined || session.engine.prefixed) {
    return request.refuse({ refusal: rpcError(RPC.methodNotFound, 'Method not found'), code: 'SP3005' });
  }
  const id = backend.nextId();
  const token = frame.params && progressTokenOf(frame.params);
  const params = token === undefined ? frame.params : frame.params!.splice([{ ...token, text: String(id) }]);
  const call = routedCall(
    request,
    { backend: backend.name, type: 'method', id: frame.method },
    backend,
    params,
    undefined,
  );
  const target: Target = {
    ask: (question, done) => {
      const { params, timeoutMs } = question;
      const asking = { id, method: frame.method, params, session, caller, outlet, timeoutMs };
      return backend.request({ ...asking, progressToken: token?.raw, owner: question }, done);
    },
  };
  conduct(request, call, request, target);
}

/** What the request names is not there, or nobody can tell because its backend is not. */
function unknown(request: Request, { type, shown }: Unknown, loss: Loss | undefined): void {
  const { session, frame, caller } = request;
  const { engine } = session;
  const call = callOf(session, caller, {
    action: frame.method,
    resource: { backend: '', type, id: shown },
    params: undefined,
    args: undefined,
    facts: plainFacts(frame.size),
  });
  const code: Code = loss?.code ?? (type === 'task' ? 'SP8016' : 'SP8020');
  engine.audit.unasked(call, { code, text: 'not found' });
  request.respond(loss === undefined ? notFound(type, shown, caller.era === 'legacy') : lost(call, loss), undefined);
}

function malformed(request: Request, { at }: MethodRule): void {
  const refusal = rpcError(RPC.invalidParams, `\`params.${at}\` is missing or malformed`);
  request.refuse({ refusal, code: 'SP8013' });
}
