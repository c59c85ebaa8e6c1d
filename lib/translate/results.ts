import { isModern, META } from '../protocol/revisions.ts';
import { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { hasLinks } from './abilities.ts';
import { plainBlocks, plainMessages } from './content.ts';
import { withAdded, withChanged, withoutMeta } from './members.ts';
import { plainStructure, plainTools } from './structure.ts';

/** Methods whose results say how long they may be kept (2026-07-28, server/utilities/caching). */
const CACHEABLE: ReadonlySet<string> = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
]);

const SERVER_META = [META.serverInfo, META.subscriptionId];

/** What a modern client must find beside a list or a resource, how it is recognised, and what says "do not keep it". */
const KEEPING = [
  { key: 'ttlMs', json: '0', fits: (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0 },
  { key: 'cacheScope', json: '"private"', fits: (value: unknown) => value === 'public' || value === 'private' },
] as const;
const MARKS = ['resultType', ...KEEPING.map(({ key }) => key)];

/**
 * The result of a backend that speaks revision `from`, as a client of revision `to` can take it. What a client does
 * not know but tolerates is left alone, and a result that needs no change comes back as the same object. Results of
 * `tasks/get` and of `initialize` have functions of their own; here they only lose or gain the marks of the era.
 */
export function resultForClient(method: string, body: Payload, from: string, to: string): Payload {
  if (isModern(to)) return isModern(from) ? body : marked(method, body);
  const unmarked = isModern(from) ? withoutMarks(method, body) : body;
  // A legacy server may send what the revision it agreed on does not have; newer clients are used to that.
  if (!isModern(from) && hasLinks(to)) return unmarked;
  switch (method) {
    case 'tools/list':
      return plainTools(unmarked);
    case 'tools/call':
    case 'tasks/result':
      // In this order, so that a note about what was left out is not taken for a text that says the same.
      return plainBlocks(plainStructure(unmarked), to);
    case 'prompts/get':
      return plainMessages(unmarked, to);
    default:
      return unmarked;
  }
}

/**
 * A legacy server's result is complete whatever a member of this name says: its revision has no other kind. What it
 * says about keeping the result stands, where a modern client could read it.
 */
function marked(method: string, body: Payload): Payload {
  const result = withMark(body, 'resultType', '"complete"', (value) => value === 'complete');
  if (!CACHEABLE.has(method)) return result;
  return KEEPING.reduce((kept, { key, json, fits }) => withMark(kept, key, json, fits), result);
}

function withMark(body: Payload, key: string, json: string, fits: (value: unknown) => boolean): Payload {
  const value = body.member(key);
  if (value === undefined) return withAdded(body, key, json);
  return fits(value.json()) ? body : withChanged(body, key, () => Payload.of(json));
}

function withoutMarks(method: string, body: Payload): Payload {
  return withoutMeta(withoutMembers(body, CACHEABLE.has(method) ? MARKS : ['resultType']), SERVER_META);
}
