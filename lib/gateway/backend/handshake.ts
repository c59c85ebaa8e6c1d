import type { Config } from '../../model/config.ts';
import { asObject, type Json } from '../../model/json.ts';
import { META, NEWEST_LEGACY, NEWEST_MODERN } from '../../protocol/revisions.ts';
import type { Cut } from '../../wire/payload.ts';
import { Payload } from '../../wire/payload.ts';
import { withoutMembers } from '../../wire/remove.ts';
import { children } from '../../wire/walk.ts';
import { withPassedExtensions } from '../extensions.ts';
import type { ServerFacts } from '../facts.ts';
import type { Backend, Conversation, Engine, Session } from '../ports.ts';

type Then = (facts: ServerFacts, problem?: string) => void;

/** Opens a backend in its era: `initialize` with what the client said of itself, or `server/discover`. */
export function shakeHands(
  backend: Backend,
  conversation: Conversation,
  session: Session | undefined,
  engine: Engine,
  then: Then,
): void {
  const modern = backend.config.era === 'modern';
  const method = modern ? 'server/discover' : 'initialize';
  const params = modern ? ownMeta(engine) : initializeParams(session, engine);
  conversation.send({ id: backend.nextId(), method, params, session: undefined }, (answer) => {
    if (answer === 'cancelled' || 'loss' in answer) return;
    if (!answer.ok) return then(NOTHING, `refused ${method}: ${String(answer.body.string('message'))}`);
    const facts = modern ? discovered(answer.body) : initialized(answer.body);
    if (facts === undefined) return then(NOTHING, `answered ${method} with something else`);
    if (session === undefined || session.initialized) conversation.greet();
    then(facts);
  });
}

/** `params` with the `_meta` the modern era wants on every request, for requests of the gateway's own. */
export function ownMeta(engine: Engine, rest: Json = {}): Payload {
  const meta = {
    [META.version]: NEWEST_MODERN,
    [META.clientInfo]: { name: 'sallyport', version: engine.version },
    [META.clientCapabilities]: {},
  };
  return Payload.of(JSON.stringify({ _meta: meta, ...rest }));
}

/**
 * What a client can do, as far as its servers may know: nothing the policy denies them, no client-hosted
 * tasks, no experiments, only extensions the gateway routes.
 */
function offeredCapabilities(capabilities: Payload, config: Config): Payload {
  const requests = Object.entries(config.requests).filter(([, effect]) => effect === 'deny');
  const kept = withoutMembers(capabilities, ['tasks', 'experimental', ...requests.map(([kind]) => kind)]);
  return withPassedExtensions(kept, config);
}

const NOTHING: ServerFacts = {
  version: '',
  capabilities: {},
  instructions: undefined,
  result: Payload.of('{}'),
};

function initializeParams(session: Session | undefined, engine: Engine): Payload {
  const client = session?.client;
  if (client === undefined) {
    const clientInfo = { name: 'sallyport', version: engine.version };
    return Payload.of(JSON.stringify({ protocolVersion: NEWEST_LEGACY, capabilities: {}, clientInfo }));
  }
  const params = client.params;
  const cuts: Cut[] = [];
  for (const { key, start, end } of children(params.bytes())) {
    if (key === 'protocolVersion') cuts.push({ start, end, text: JSON.stringify(client.version) });
    if (key === 'capabilities') {
      cuts.push({ start, end, text: offeredCapabilities(params.slice(start, end), engine.config).text() });
    }
  }
  return params.splice(cuts);
}

function initialized(result: Payload): ServerFacts | undefined {
  const version = result.string('protocolVersion');
  const capabilities = asObject(result.member('capabilities')?.json());
  if (version === undefined || capabilities === undefined) return undefined;
  return { version, capabilities, instructions: result.string('instructions'), result };
}

function discovered(result: Payload): ServerFacts | undefined {
  const versions = result.member('supportedVersions')?.json();
  const capabilities = asObject(result.member('capabilities')?.json());
  if (!Array.isArray(versions) || !versions.includes(NEWEST_MODERN) || capabilities === undefined) return undefined;
  return { version: NEWEST_MODERN, capabilities, instructions: result.string('instructions'), result };
}
