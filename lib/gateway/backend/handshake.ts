import type { Era } from '../../model/era.ts';
import { asObject } from '../../model/json.ts';
import { isModern, NEWEST_LEGACY, NEWEST_MODERN, RPC } from '../../protocol/revisions.ts';
import { legacyCapabilities } from '../../translate/client-capabilities.ts';
import type { Cut } from '../../wire/payload.ts';
import { Payload } from '../../wire/payload.ts';
import { children } from '../../wire/walk.ts';
import type { ServerFacts } from '../facts.ts';
import type { Backend, Engine, Session } from '../ports.ts';
import type { ServerConversation } from './conversation.ts';
import { introduced } from './introduction.ts';
import { offeredCapabilities } from './offered.ts';

/**
 * How a handshake went: what the server said of itself, or why it cannot be talked to; `modern` if its refusal shows
 * that it knows nothing of `initialize`.
 */
export type Greeted =
  | { readonly facts: ServerFacts; readonly era: Era }
  | { readonly problem: string; readonly modern?: boolean };

/** Errors only a server of the modern era gives; `initialize` must not be tried after one of them. */
const MODERN_ERRORS: ReadonlySet<string> = new Set(
  [RPC.headerMismatch, RPC.missingCapability, RPC.unsupportedVersion].map(String),
);

/** What else a server may answer that has no `initialize`. */
const NO_INITIALIZE: ReadonlySet<string> = new Set([RPC.methodNotFound, RPC.invalidParams].map(String));

/**
 * Opens a server in the first of `eras` it speaks: `initialize` with what the client said of itself, or
 * `server/discover`. Any error but a modern one means that the other era may still be spoken (2026-07-28,
 * transports/stdio). When none is, the first refusal, given `before`, is the one that is told of.
 */
export function shakeHands(
  backend: Backend,
  conversation: ServerConversation,
  session: Session | undefined,
  engine: Engine,
  eras: readonly Era[],
  then: (greeted: Greeted) => void,
  before?: string,
): void {
  const [era, ...others] = eras as readonly [Era, ...Era[]];
  const goOnWith = (left: readonly Era[], problem: string) =>
    shakeHands(backend, conversation, session, engine, left, then, before ?? problem);
  conversation.speak(era);
  const modern = era === 'modern';
  const method = modern ? 'server/discover' : 'initialize';
  const params = modern ? undefined : initializeParams(session, engine);
  conversation.send({ id: backend.nextId(), method, params, session: undefined }, (answer) => {
    if (answer === 'cancelled' || 'loss' in answer) return;
    if (answer.ok) {
      const facts = modern ? discovered(answer.body) : initialized(answer.body);
      if (facts === undefined) {
        const problem = `answered ${method} with something else`;
        return others.length > 0 && !modern ? goOnWith(others, problem) : then({ problem: before ?? problem });
      }
      if (session === undefined || session.initialized) conversation.greet();
      return introduced(engine, backend, facts, (heard) => then({ facts: heard, era }));
    }
    const code = answer.body.member('code')?.text() ?? '';
    const problem = `refused ${method}: ${String(answer.body.string('message'))}`;
    const knowsModern = MODERN_ERRORS.has(code);
    if (modern && before === undefined && wantsOurs(code, answer.body)) return goOnWith(['modern'], problem);
    if (others.length > 0 && (modern ? !knowsModern : knowsModern || NO_INITIALIZE.has(code))) {
      return goOnWith(others, problem);
    }
    then({ problem: before ?? problem, modern: modern && knowsModern });
  });
}

/** A server that refuses a revision and names the very same one as what it speaks is asked once more (2026-07-28). */
function wantsOurs(code: string, error: Payload): boolean {
  const supported = error.member('data')?.member('supported')?.json();
  return code === String(RPC.unsupportedVersion) && Array.isArray(supported) && supported.includes(NEWEST_MODERN);
}

function initializeParams(session: Session | undefined, engine: Engine): Payload {
  const client = session?.client;
  if (client !== undefined) return inOwnWords(client.params, client.version, engine);
  const { capabilities = {}, clientInfo = { name: 'sallyport', version: engine.version } } = session?.face ?? {};
  const offered = offeredCapabilities(Payload.of(JSON.stringify(legacyCapabilities(capabilities))), engine.config);
  const params = { protocolVersion: NEWEST_LEGACY, capabilities: offered.json(), clientInfo };
  return Payload.of(JSON.stringify(params));
}

/** A legacy client's own `initialize`, less what its servers may not know. */
function inOwnWords(params: Payload, version: string, engine: Engine): Payload {
  const cuts: Cut[] = [];
  for (const { key, start, end } of children(params.bytes())) {
    if (key === 'protocolVersion') cuts.push({ start, end, text: JSON.stringify(version) });
    if (key === 'capabilities') {
      cuts.push({ start, end, text: offeredCapabilities(params.slice(start, end), engine.config).text() });
    }
  }
  return params.splice(cuts);
}

/** What an answer to `initialize` says; undefined for one that is none. */
export function initialized(result: Payload): ServerFacts | undefined {
  const version = result.string('protocolVersion');
  const capabilities = asObject(result.member('capabilities')?.json());
  if (version === undefined || isModern(version) || capabilities === undefined) return undefined;
  return { version, capabilities, instructions: result.string('instructions'), result };
}

/** What an answer to `server/discover` says; undefined for one that is none. */
export function discovered(result: Payload): ServerFacts | undefined {
  const versions = result.member('supportedVersions')?.json();
  const capabilities = asObject(result.member('capabilities')?.json());
  if (!Array.isArray(versions) || !versions.includes(NEWEST_MODERN) || capabilities === undefined) return undefined;
  return { version: NEWEST_MODERN, capabilities, instructions: result.string('instructions'), result };
}
