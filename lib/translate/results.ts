import { isModern, META } from '../protocol/revisions.ts';
import type { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { hasLinks } from './abilities.ts';
import { plainBlocks, plainMessages } from './content.ts';
import { withAdded, withoutMeta } from './members.ts';
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
const NO_KEEPING = { ttlMs: '0', cacheScope: '"private"' } as const;

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
      return plainStructure(plainBlocks(unmarked, to));
    case 'prompts/get':
      return plainMessages(unmarked, to);
    default:
      return unmarked;
  }
}

/** A legacy server's result is complete whatever a member of this name says: its revision has no other kind. */
function marked(method: string, body: Payload): Payload {
  const kept = body.string('resultType') === 'complete' ? body : withoutMembers(body, ['resultType']);
  let result = kept.has('resultType') ? kept : withAdded(kept, 'resultType', '"complete"');
  if (!CACHEABLE.has(method)) return result;
  for (const [key, json] of Object.entries(NO_KEEPING)) {
    if (!result.has(key)) result = withAdded(result, key, json);
  }
  return result;
}

function withoutMarks(method: string, body: Payload): Payload {
  const marks = CACHEABLE.has(method) ? ['resultType', ...Object.keys(NO_KEEPING)] : ['resultType'];
  return withoutMeta(withoutMembers(body, marks), SERVER_META);
}
