import type { Loss } from '../../model/call.ts';
import { asObject, type Json } from '../../model/json.ts';
import { type Identity, LOCAL_CLIENT } from '../../model/principal.ts';
import { LOG_LEVELS } from '../../protocol/methods.ts';
import { isLegacy, META, NEWEST_LEGACY, NEWEST_MODERN, RPC } from '../../protocol/revisions.ts';
import { initializeResultOf } from '../../translate/server-facts.ts';
import { Payload } from '../../wire/payload.ts';
import { agentOf, isRefused, modernCaller } from '../caller.ts';
import type { ServerFacts } from '../facts.ts';
import { passLogLevel } from '../log-level.ts';
import type { Backend, Engine, Request, Session } from '../ports.ts';
import { rpcError } from '../refusal.ts';
import { visibleTo } from '../visible.ts';
import { mergedCapabilities, mergedInstructions, passedCapabilities } from './capabilities.ts';
import { whenIntroduced } from './introductions.ts';

/** Requests the gateway answers itself: those that are about the connection, not about a backend. */
export function answerOwn(request: Request): void {
  const { session } = request;
  switch (request.frame.method) {
    case 'ping':
      return answer(request, {});
    case 'initialize':
      return initialize(session, request);
    case 'server/discover':
      return discover(session, request);
    case 'logging/setLevel':
      return setLevel(session, request);
    default:
      return session.listens.open(request);
  }
}

function answer(request: Request, result: unknown): void {
  request.respond({ ok: true, body: Payload.of(JSON.stringify(result)) }, undefined);
}

function initialize(session: Session, request: Request): void {
  const { frame } = request;
  const { engine } = session;
  if (session.client !== undefined || session.era === 'modern') {
    const refusal = rpcError(RPC.invalidRequest, 'Already initialized');
    return request.refuse({ refusal, code: 'SP8010' });
  }
  const requested = frame.params?.string('protocolVersion');
  const capabilities = asObject(frame.params?.member('capabilities')?.json());
  if (frame.params === undefined || requested === undefined || capabilities === undefined) {
    const refusal = rpcError(RPC.invalidParams, '`initialize` needs protocolVersion and capabilities');
    return request.refuse({ refusal, code: 'SP8013' });
  }
  const version = isLegacy(requested) ? requested : NEWEST_LEGACY;
  const clientInfo = asObject(frame.params.member('clientInfo')?.json());
  const agent = agentOf(clientInfo);
  session.era = 'legacy';
  session.client = {
    version,
    params: frame.params,
    caller: { era: 'legacy', capabilities, agent, logLevel: undefined, clientInfo },
  };
  engine.audit.event('session_started', {
    session: session.id,
    ...provenMembers(session.identity),
    client: agent,
    revision: version,
  });
  if (engine.prefixed || visibleTo(session).length === 0) return initializeMany(session, request, version);
  return initializeOne(session, request, version);
}

/** Who it is, with what was proven of it, as records of calls have it. */
function provenMembers({ subject, clientId, tenant, proof, issuer }: Identity): Json {
  const client_id = clientId === subject || clientId === LOCAL_CLIENT ? undefined : clientId;
  return { principal: subject, client_id, tenant, proof: proof === 'os-user' ? undefined : proof, issuer };
}

/** One backend: its own answer, with what the gateway does not route taken out of the capabilities. */
function initializeOne(session: Session, request: Request, version: string): void {
  const backend = session.backends[0]!;
  if (backend.recalls('legacy', version)) {
    whenIntroduced(session, request, [backend], () => respondAs(backend, session, request, version));
    if (backend.config.start === 'eager') backend.open(session, () => {});
    return;
  }
  let over = false;
  const lose = ({ text, code }: Loss) => {
    over = true;
    request.respond(rpcError(RPC.backendFailed, `${text} (${code})`), undefined);
  };
  session.hold(request.frame.id, { cancel: () => {}, lose });
  backend.open(session, (outage) => {
    if (over) return;
    if (outage !== undefined) {
      session.client = undefined;
      session.era = undefined;
      return lose(outage);
    }
    respondAs(backend, session, request, version);
  });
}

/**
 * Answers with what the backend says of itself. One that is remembered and not asked is taken to agree to an older
 * revision, whose words results are put in whatever it speaks.
 */
function respondAs(backend: Backend, session: Session, request: Request, version: string): void {
  const { engine } = session;
  const { result, version: spoken } = backend.facts as ServerFacts;
  const isModern = backend.era === 'modern';
  session.revision = isModern || !backend.isOpen ? version : spoken;
  const told = isModern
    ? initializeResultOf(result, version, serverInfo(engine))
    : inRevision(result, backend.isOpen ? spoken : version);
  request.respond({ ok: true, body: passedCapabilities(told, engine) }, undefined);
}

function inRevision(result: Payload, version: string): Payload {
  const span = result.span('protocolVersion');
  if (span === undefined || result.string('protocolVersion') === version) return result;
  return result.splice([{ start: span.start, end: span.end, text: JSON.stringify(version) }]);
}

/** Several backends: the gateway's full set at once, so that no slow server holds up the client. */
function initializeMany(session: Session, request: Request, version: string): void {
  const { engine } = session;
  session.revision = version;
  const unknown = visibleTo(session).filter((backend) => !backend.recalls('legacy'));
  const waiting = engine.config.instructions === 'merged' ? unknown : [];
  let missing = waiting.length;
  let over = false;
  const lose = ({ text, code }: Loss) => {
    over = true;
    request.respond(rpcError(RPC.backendFailed, `${text} (${code})`), undefined);
  };
  if (missing > 0) session.hold(request.frame.id, { cancel: () => {}, lose });
  const respond = () => {
    if (over) return;
    whenIntroduced(session, request, engine.config.instructions === 'merged' ? visibleTo(session) : [], initialized);
  };
  const initialized = () => {
    const instructions = mergedInstructions(session);
    answer(request, {
      protocolVersion: version,
      capabilities: mergedCapabilities(session, 'legacy', version),
      serverInfo: serverInfo(engine),
      ...(instructions === undefined ? {} : { instructions }),
    });
  };
  if (missing === 0) respond();
  for (const backend of visibleTo(session)) {
    const isAwaited = waiting.includes(backend);
    if (backend.config.start === 'lazy' && !isAwaited) continue;
    backend.open(session, () => {
      if (isAwaited && --missing === 0) respond();
    });
  }
}

/** Answered without starting anything, because clients probe with it and throw the process away. */
function discover(session: Session, request: Request): void {
  const { engine } = session;
  const { frame } = request;
  if (session.era === 'legacy') {
    return request.respond(rpcError(RPC.methodNotFound, 'Method not found'), undefined);
  }
  const caller = modernCaller(frame.params);
  if (isRefused(caller)) {
    // A client that probes for another revision has done nothing wrong and goes on with one it is told of.
    if (caller.code === 'SP8017') return request.respond(caller.refusal, undefined);
    return request.refuse(caller);
  }
  for (const backend of visibleTo(session)) backend.recalls('modern');
  whenIntroduced(session, request, engine.config.instructions === 'none' ? [] : visibleTo(session), () => {
    const instructions = mergedInstructions(session);
    answer(request, {
      resultType: 'complete',
      supportedVersions: [NEWEST_MODERN],
      capabilities: mergedCapabilities(session, 'modern', NEWEST_MODERN),
      _meta: { [META.serverInfo]: serverInfo(engine) },
      ...(instructions === undefined ? {} : { instructions }),
      ttlMs: 0,
      cacheScope: 'private',
    });
  });
}

function setLevel(session: Session, request: Request): void {
  const level = request.frame.params?.string('level');
  if (level === undefined || !(LOG_LEVELS as readonly string[]).includes(level)) {
    const refusal = rpcError(RPC.invalidParams, `\`level\` must be one of ${LOG_LEVELS.join(', ')}`);
    return request.refuse({ refusal, code: 'SP8013' });
  }
  session.logLevel = level;
  for (const backend of session.backends) {
    if (backend.isOpen) passLogLevel(backend, level);
  }
  answer(request, {});
}

function serverInfo(engine: Engine): Json {
  return { name: 'sallyport', version: engine.version };
}
