import { isFormal, knownCapabilities } from '../../model/formal.ts';
import { asObject } from '../../model/json.ts';
import { insertionOf } from '../../wire/insert.ts';
import { lookalikes } from '../../wire/lookalikes.ts';
import type { Payload } from '../../wire/payload.ts';
import { withoutMembers } from '../../wire/remove.ts';
import type { ServerFacts } from '../facts.ts';
import type { Backend, Engine } from '../ports.ts';
import { judgeNotice } from './judged-notice.ts';

const QUOTE = 0x22;
const INSTRUCTIONS = 'instructions';
/** A name or a version in at most two words gives no orders. */
const PLAIN_NAME = /^[\w.@/+-]{0,64}(?: [\w.@/+-]{0,32})?$/;

/** What a server said of itself, with its texts as policy lets clients read them, or without. */
export function introduced(
  engine: Engine,
  backend: Backend,
  facts: ServerFacts,
  then: (facts: ServerFacts) => void,
): void {
  const readable = withReadableInstructions(facts);
  named(engine, backend, readable, (known) => instructed(engine, backend, known, then));
}

/** Instructions that are no text, or only look as if they were called so, are compared with no pin. */
function withReadableInstructions(facts: ServerFacts): ServerFacts {
  const { result } = facts;
  const span = result.span(INSTRUCTIONS);
  const odd = [...lookalikes(result, INSTRUCTIONS), ...(span && span.kind !== QUOTE ? [INSTRUCTIONS] : [])];
  return odd.length === 0 ? facts : { ...facts, result: withoutMembers(result, odd) };
}

/** Its name, title and whatever else it says; what is not fit to be read gives way to the name it has in the config. */
function named(engine: Engine, backend: Backend, facts: ServerFacts, then: (facts: ServerFacts) => void): void {
  const { result } = facts;
  const unread = [INSTRUCTIONS, ...result.keys().filter((key) => isFormal(key, () => result.member(key)?.json()))];
  const rest = withoutMembers(result, unread);
  if (isPlain(rest)) return then(facts);
  judgeNotice(engine, backend, undefined, 'initialize', rest, (judged) => {
    if (judged === rest) return then(facts);
    const told = { ...(result.has('serverInfo') ? { serverInfo: { name: backend.name, version: '' } } : {}) };
    const able = rest.has('capabilities') ? { capabilities: knownCapabilities(facts.capabilities) } : {};
    then({ ...facts, result: withAdded(withOnly(result, unread), { ...told, ...able }) });
  });
}

function withAdded(result: Payload, members: Readonly<Record<string, unknown>>): Payload {
  return Object.entries(members).reduce(
    (made, [name, value]) => made.splice([insertionOf(made, `"${name}":${JSON.stringify(value)}`)]),
    result,
  );
}

/** Whether it has nothing but a name and a version, for which no start is to wait. */
function isPlain(rest: Payload): boolean {
  const { serverInfo, ...others } = asObject(rest.json()) ?? {};
  if (Object.keys(others).length > 0) return false;
  const { name, version, ...more } = asObject(serverInfo) ?? {};
  return Object.keys(more).length === 0 && [name, version].every((said) => PLAIN_NAME.test(String(said ?? '')));
}

function instructed(engine: Engine, backend: Backend, facts: ServerFacts, then: (facts: ServerFacts) => void): void {
  const { result } = facts;
  const span = result.span(INSTRUCTIONS);
  if (span === undefined) return then(facts);
  const alone = withOnly(result, [INSTRUCTIONS]);
  judgeNotice(engine, backend, undefined, 'initialize', alone, (judged) => {
    const text = judged?.member(INSTRUCTIONS)?.text();
    if (judged === alone) return then(facts);
    const kept = text === undefined ? withoutMembers(result, [INSTRUCTIONS]) : result.splice([{ ...span, text }]);
    const { instructions: unjudged } = facts;
    then({ ...facts, result: kept, instructions: judged?.string(INSTRUCTIONS), unjudged });
  });
}

function withOnly(result: Payload, names: readonly string[]): Payload {
  return withoutMembers(
    result,
    result.keys().filter((key) => !names.includes(key)),
  );
}
