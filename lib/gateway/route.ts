import type { Answer, Call, ResourceType } from '../model/call.ts';
import type { Code } from '../model/codes.ts';
import type { MethodRule } from '../protocol/methods.ts';
import { RPC, TASKS_EXTENSION } from '../protocol/revisions.ts';
import { fold } from '../wire/keys.ts';
import type { Cut, Payload } from '../wire/payload.ts';
import type { Backend } from './backend.ts';
import { Exchange, type Question, type Sent, type Target } from './exchange.ts';
import { progressTokenOf } from './question-params.ts';
import { lost, notFound, type Refusal, rpcError } from './refusal.ts';
import { replyForClient } from './replies.ts';
import { listCandidates, resolveSubject, type Subject, type Unknown } from './resolve.ts';
import type { Request, Session } from './session.ts';

/** A request for one backend: finds out which, puts it in the backend's words, and sends it down the path. */
export function routeRequest(session: Session, request: Request, rule: MethodRule | undefined): void {
  const { frame } = request;
  let cancelled = false;
  const over = (refusal: Refusal | undefined) => {
    cancelled = true;
    request.respond(refusal, undefined);
  };
  session.hold(frame.id, {
    cancel: () => over(undefined),
    lose: ({ text }) => over(rpcError(RPC.backendFailed, text)),
  });
  if (rule === undefined) return passThrough(session, request);
  if (frame.params === undefined) return malformed(session, request, `\`params.${rule.at}\` is missing`);
  if (rule.type === 'task' && request.caller.era === 'modern' && !declaresTasks(request)) {
    const data = { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } };
    return refuse(
      session,
      request,
      rpcError(RPC.missingCapability, 'Missing required client capability', data),
      'SP8018',
    );
  }
  resolveSubject(session, rule, frame.params, (subject) => {
    if (cancelled) return;
    if (subject === 'malformed')
      return malformed(session, request, `\`params.${rule.at}\` is missing or malformed`);
    if (!('backend' in subject)) return unknown(session, request, subject);
    begin(session, request, rule, subject);
  });
}

function declaresTasks({ caller }: Request): boolean {
  return (
    (caller.capabilities.extensions as Record<string, unknown> | undefined)?.[TASKS_EXTENSION] !== undefined
  );
}

/** The subject is known: rewrite, check the arguments' spelling, and run. */
function begin(session: Session, request: Request, rule: MethodRule, subject: Subject): void {
  const { frame, caller } = request;
  const params = frame.params!;
  const { backend } = subject;
  const facts = subject.type === 'tool' ? backend.catalog.tool(subject.id) : undefined;
  const confusing =
    facts && params.argumentKeys().find((key) => (facts.declared.get(fold(key)) ?? key) !== key);
  if (confusing !== undefined) {
    const refusal = rpcError(RPC.invalidParams, 'An argument is spelt almost like one the tool declares');
    return refuse(session, request, refusal, 'SP8012');
  }
  const round =
    rule.rounds && caller.era === 'modern' ? session.rounds.resume(frame.method, subject, params) : undefined;
  if (round === 'invalid')
    return refuse(session, request, rpcError(RPC.invalidParams, 'Invalid request state'), 'SP8015');
  const id = backend.nextId();
  const token = progressTokenOf(params);
  const cuts = [
    ...subject.cuts,
    ...(round?.cuts ?? []),
    ...(token === undefined ? [] : [{ ...token, text: String(id) }]),
  ];
  const call = callOf(session, request, subject, params, cuts, facts?.structured ?? false);
  const target = new BackendTarget(session, request, subject, id, token?.raw, round?.round ?? 0);
  run(session, request, call, target, subject);
}

function run(session: Session, request: Request, call: Call, target: Target, subject: Unknown): void {
  const { type, shown } = subject;
  const disguise = (answer: () => void) =>
    type === 'tool' || type === 'prompt' ? listCandidates(session, type, shown, answer) : answer();
  const exchange = new Exchange(call, { target, respond: request.respond, shown, disguise }, session.engine);
  session.hold(request.frame.id, exchange);
  exchange.run();
}

function callOf(
  session: Session,
  { frame, caller }: Request,
  { backend, type, id }: { backend: Backend; type: ResourceType; id: string },
  params: Payload | undefined,
  cuts: Cut[],
  structured: boolean,
): Call {
  const { engine } = session;
  const { inFlight } = backend;
  return {
    id: engine.ids.next(engine.clock.now()),
    session: session.id,
    direction: 'to-backend',
    era: caller.era,
    principal: session.principal(caller),
    action: frame.method,
    resource: { backend: backend.name, type, id },
    params: cuts.length === 0 ? params : params?.splice(cuts.sort((a, b) => a.start - b.start)),
    args: params?.member(frame.method === 'completion/complete' ? 'argument' : 'arguments'),
    facts: { size: frame.size, inFlight, openQuestions: 0, structured },
  };
}

/** Asks one backend, and turns its answer into the client's words. */
class BackendTarget implements Target {
  readonly #session: Session;
  readonly #request: Request;
  readonly #subject: Subject;
  readonly #id: number;
  readonly #progressToken: string | undefined;
  readonly #round: number;

  constructor(
    session: Session,
    request: Request,
    subject: Subject,
    id: number,
    token: string | undefined,
    round: number,
  ) {
    this.#session = session;
    this.#request = request;
    this.#subject = subject;
    this.#id = id;
    this.#progressToken = token;
    this.#round = round;
  }

  ask(question: Question, done: (answer: Answer) => void): Sent {
    const { call, params, timeoutMs, owner } = question;
    const { backend, id } = this.#subject;
    if (call.action === 'resources/subscribe' || call.action === 'resources/unsubscribe') {
      return this.#session.subscriptions.ask(backend, id, this.#id, question, done);
    }
    const asking = {
      id: this.#id,
      method: call.action,
      params,
      session: this.#session,
      progressToken: this.#progressToken,
      logLevel: this.#request.caller.logLevel,
      timeoutMs: call.action === 'tasks/result' ? undefined : timeoutMs,
      owner,
    };
    return backend.request(asking, (answer) => {
      if (answer === 'cancelled' || 'loss' in answer) return done(answer);
      done(replyForClient(this.#session, this.#request, this.#subject, this.#round, this.#id, answer));
    });
  }
}

/** A method only the config knows: it goes to the only backend as it is. */
function passThrough(session: Session, request: Request): void {
  const { frame } = request;
  const [backend] = session.engine.backends;
  if (backend === undefined || session.engine.prefixed) {
    return refuse(session, request, rpcError(RPC.methodNotFound, 'Method not found'), 'SP3005');
  }
  const id = backend.nextId();
  const token = frame.params && progressTokenOf(frame.params);
  const cuts = token === undefined ? [] : [{ ...token, text: String(id) }];
  const call = callOf(
    session,
    request,
    { backend, type: 'method', id: frame.method },
    frame.params,
    cuts,
    false,
  );
  const target: Target = {
    ask: ({ params, timeoutMs, owner }, done) =>
      backend.request(
        { id, method: frame.method, params, session, progressToken: token?.raw, timeoutMs, owner },
        done,
      ),
  };
  const exchange = new Exchange(
    call,
    { target, respond: request.respond, shown: frame.method },
    session.engine,
  );
  session.hold(frame.id, exchange);
  exchange.run();
}

/** What the request names is not there, or nobody can tell because its backend is not. */
function unknown(session: Session, request: Request, { type, shown, loss }: Unknown): void {
  const { engine } = session;
  const { frame, caller } = request;
  const call = {
    id: engine.ids.next(engine.clock.now()),
    session: session.id,
    direction: 'to-backend' as const,
    era: caller.era,
    principal: session.principal(caller),
    action: frame.method,
    resource: { backend: '', type, id: shown },
  };
  const code: Code = loss?.code ?? (type === 'task' ? 'SP8016' : 'SP8020');
  engine.audit.unasked(call, { code, text: 'not found' });
  const asCall = {
    ...call,
    params: undefined,
    args: undefined,
    facts: { size: frame.size, inFlight: 0, openQuestions: 0, structured: false },
  };
  request.respond(
    loss === undefined ? notFound(type, shown, caller.era === 'legacy') : lost(asCall, loss),
    undefined,
  );
}

function malformed(session: Session, request: Request, message: string): void {
  refuse(session, request, rpcError(RPC.invalidParams, message), 'SP8013');
}

function refuse(session: Session, request: Request, refusal: Refusal, code: Code): void {
  const detail = refusal.body.string('message') ?? refusal.body.text();
  session.engine.audit.refused({
    from: 'client',
    session: session.id,
    code,
    detail,
    bytes: request.frame.size,
  });
  request.respond(refusal, undefined);
}
