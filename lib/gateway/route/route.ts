import type { Loss, Resource } from '../../model/call.ts';
import type { Code } from '../../model/codes.ts';
import type { ListedKind } from '../../model/offered.ts';
import type { MethodRule } from '../../protocol/methods.ts';
import { type LinesOf, mismatchedParamHeader } from '../../protocol/param-headers.ts';
import { RPC } from '../../protocol/revisions.ts';
import { fold } from '../../wire/keys.ts';
import type { Cut, Payload } from '../../wire/payload.ts';
import { removalsOf } from '../../wire/remove.ts';
import { declaresTasks, tasksUndeclared } from '../caller.ts';
import { callOf, plainFacts } from '../calls.ts';
import type { Loaded } from '../catalog-port.ts';
import { conduct } from '../conduct.ts';
import type { ToolFacts } from '../facts.ts';
import type { Request } from '../ports.ts';
import { progressTokenOf } from '../progress-token.ts';
import type { Target } from '../question.ts';
import { lost, notFound, type Refusal, rpcError, told } from '../refusal.ts';
import type { Subject } from '../subject.ts';
import { isSubject, listCandidates, resolveSubject, type Span, type Unknown } from './resolve.ts';
import { isCounted, type Round, resumeRound } from './rounds.ts';
import { offeredAs, routedCall } from './routed-call.ts';
import { RoutedRequest } from './routed-request.ts';

const FIRST_ROUND: Round = { round: 0, cuts: [] };

/** Methods that are judged by the definition of what they are about. */
const JUDGED: ReadonlySet<string> = new Set([
  'tools/call',
  'prompts/get',
  'resources/read',
  'resources/subscribe',
  'completion/complete',
]);

/** A request for one backend: finds out which, puts it in the backend's words, and sends it down the path. */
export function routeRequest(request: Request, rule: MethodRule | undefined): void {
  const { frame, session, caller } = request;
  if (rule === undefined) return passThrough(request);
  const { params } = frame;
  if (params === undefined) return malformed(request, rule);
  if (rule.type === 'task' && caller.era === 'modern' && !declaresTasks(caller))
    return request.refuse(tasksUndeclared());
  const found = resolveSubject(session, rule, params);
  if (found === 'malformed') return malformed(request, rule);
  if (isSubject(found)) return consider(request, rule, found, params);
  const list = (then: Loaded) => listCandidates(session, found, then);
  lookAgain(request, rule, params, list, (now, loss) => {
    if (isSubject(now)) consider(request, rule, now, params);
    else unknown(request, found, loss);
  });
}

/** The subject is known, perhaps by what its backend offered some time ago: it is judged by what it offers now. */
function consider(request: Request, rule: MethodRule, subject: Subject, params: Payload): void {
  const { backend, resource, shown } = subject;
  const kind = judgedKind(request.frame.method, resource);
  if (kind === undefined || backend.catalog.isCurrent(kind)) return begin(request, rule, subject, params, kind);
  const list = (then: Loaded) => backend.catalog.whenCurrent(kind, request.session, then);
  lookAgain(request, rule, params, list, (now, loss) => {
    if (isSubject(now)) begin(request, rule, now, params, kind, loss);
    else unknown(request, { type: kind === 'template' ? 'resource' : kind, shown }, loss);
  });
}

/** The kind of definition a request is judged by; undefined for one that needs none. */
function judgedKind(method: string, { type }: Resource): ListedKind | undefined {
  if (!JUDGED.has(method)) return undefined;
  return type === 'tool' || type === 'prompt' || type === 'resource' ? type : undefined;
}

/** Reads lists before anything is said of what a request names; until then the client can call it off. */
function lookAgain(
  request: Request,
  rule: MethodRule,
  params: Payload,
  list: (then: Loaded) => () => void,
  listed: (found: Subject | Unknown | 'malformed', loss: Loss | undefined) => void,
): void {
  const { session, frame } = request;
  let over = false;
  let forget: (() => void) | undefined;
  const end = (refusal: Refusal | undefined) => {
    over = true;
    forget?.();
    request.respond(refusal, undefined);
  };
  session.hold(frame.id, { cancel: () => end(undefined), lose: ({ text }) => end(rpcError(RPC.backendFailed, text)) });
  forget = list((loss) => {
    if (!over) listed(resolveSubject(session, rule, params), loss);
  });
}

/** The subject is known: check the arguments' spelling, rewrite, and run. */
function begin(
  request: Request,
  rule: MethodRule,
  subject: Subject,
  params: Payload,
  kind: ListedKind | undefined,
  loss?: Loss,
): void {
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
  const offered = kind && offeredAs(backend, kind, resource.id);
  const sent = cuts === undefined ? params : params.splice(cuts);
  const call = routedCall(request, resource, backend, sent, tool, offered, isCounted(round));
  const routed = new RoutedRequest(request, subject, id, token?.raw, round ?? FIRST_ROUND, offered, loss);
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
    request,
  });
  const code: Code = loss?.code ?? (type === 'task' ? 'SP8016' : 'SP8020');
  const refusal = told(call, loss === undefined ? notFound(type, shown, caller.era === 'legacy') : lost(call, loss));
  engine.audit.unasked(call, { code, text: 'not found' });
  request.respond(refusal, undefined);
}

function malformed(request: Request, { at }: MethodRule): void {
  const refusal = rpcError(RPC.invalidParams, `\`params.${at}\` is missing or malformed`);
  request.refuse({ refusal, code: 'SP8013' });
}
