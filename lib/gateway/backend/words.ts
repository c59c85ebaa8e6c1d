import type { Era } from '../../model/era.ts';
import type { Json } from '../../model/json.ts';
import { NEWEST_MODERN } from '../../protocol/revisions.ts';
import { modernCapabilities } from '../../translate/client-capabilities.ts';
import { withoutInputResponses } from '../../translate/input-requests.ts';
import { withModernMeta, withoutModernMeta } from '../../translate/request-meta.ts';
import { Payload } from '../../wire/payload.ts';
import type { Caller } from '../caller.ts';
import type { Asking, Engine } from '../ports.ts';
import { offeredCapabilities } from './offered.ts';

const UNKNOWN = { capabilities: {}, clientInfo: undefined, logLevel: undefined };

/**
 * The parameters of a request as a server of `era` wants them. A client of the other era has said elsewhere what the
 * modern one carries in every request, or carries what the legacy one has said once. `malformed` where `_meta` is no
 * object.
 */
export function wordsFor(
  era: Era,
  { params, caller, session, tasks }: Asking,
  engine: Engine,
): Payload | undefined | 'malformed' {
  if (era === 'legacy') return inLegacyWords(params && withoutAnswers(params, caller), caller?.era === 'modern');
  if (caller?.era === 'modern') return params;
  const { capabilities, clientInfo, logLevel } = caller ?? UNKNOWN;
  const own = { name: 'sallyport', version: engine.version };
  return withModernMeta(params, {
    version: NEWEST_MODERN,
    clientInfo: clientInfo ?? own,
    clientCapabilities: offered(capabilities, tasks === true, engine),
    logLevel: caller === undefined ? undefined : (session?.logLevel ?? logLevel),
  });
}

/**
 * What a modern request says of itself is taken out of a legacy client's, too: a server of both eras would take it for
 * a modern request, which it is not.
 */
function inLegacyWords(params: Payload | undefined, fromModern: boolean): Payload | undefined | 'malformed' {
  const plain = withoutModernMeta(params);
  return plain === 'malformed' && !fromModern ? params : plain;
}

/** A legacy server has asked nothing that a request could answer. */
function withoutAnswers(params: Payload, caller: Caller | undefined): Payload {
  return caller?.era === 'modern' && params.has('inputResponses') ? withoutInputResponses(params) : params;
}

function offered(capabilities: Json, tasks: boolean, engine: Engine): Json {
  const modern = Payload.of(JSON.stringify(modernCapabilities(capabilities, tasks)));
  return offeredCapabilities(modern, engine.config).json() as Json;
}
