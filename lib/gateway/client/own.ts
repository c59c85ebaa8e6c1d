import type { Loss } from '../../model/call.ts';
import { asObject, type Json } from '../../model/json.ts';
import { LOG_LEVELS } from '../../protocol/methods.ts';
import { isLegacy, META, NEWEST_LEGACY, NEWEST_MODERN, RPC } from '../../protocol/revisions.ts';
import { initializeResultOf } from '../../translate/server-facts.ts';
import { Payload } from '../../wire/payload.ts';
import { agentOf, isRefused, modernCaller } from '../caller.ts';
import type { ServerFacts } from '../facts.ts';
import { passLogLevel } from '../log-level.ts';
import type { Engine, Request, Session } from '../ports.ts';
import { rpcError } from '../refusal.ts';
import { mergedCapabilities, mergedInstructions, passedCapabilities } from './capabilities.ts';

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
    principal: session.subject,
    client: agent,
    revision: version,
  });
  if (engine.prefixed) return initializeMany(session, request, version);
  return initializeOne(session, request, version);
}

/** One backend: its own answer, with what the gateway does not route taken out of the capabilities. */
function initializeOne(session: Session, request: Request, version: string): void {
  const { engine } = session;
  const backend = session.backends[0]!;
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
    const { result, version: spoken } = backend.facts as ServerFacts;
    const modern = backend.era === 'modern';
    session.revision = modern ? version : spoken;
    const body = modern ? initializeResultOf(result, version, serverInfo(engine)) : result;
    request.respond({ ok: true, body: passedCapabilities(body, engine) }, undefined);
  });
}

/** Several backends: the gateway's full set at once, so that no slow server holds up the client. */
function initializeMany(session: Session, request: Request, version: string): void {
  const { engine } = session;
  session.revision = version;
  const waiting = engine.config.instructions === 'merged' ? session.backends : [];
  let missing = waiting.length;
  let over = false;
  const lose = ({ text, code }: Loss) => {
    over = true;
    request.respond(rpcError(RPC.backendFailed, `${text} (${code})`), undefined);
  };
  if (missing > 0) session.hold(request.frame.id, { cancel: () => {}, lose });
  const respond = () => {
    if (over) return;
    const instructions = mergedInstructions(session);
    answer(request, {
      protocolVersion: version,
      capabilities: mergedCapabilities(session, 'legacy', version),
      serverInfo: serverInfo(engine),
      ...(instructions === undefined ? {} : { instructions }),
    });
  };
  if (missing === 0) respond();
  for (const backend of session.backends) {
    if (backend.config.start === 'lazy' && waiting.length === 0) continue;
    backend.open(session, () => {
      if (waiting.length > 0 && --missing === 0) respond();
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
