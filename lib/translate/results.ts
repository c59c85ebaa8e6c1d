import { isModern, META } from '../protocol/revisions.ts';
import { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { hasLinks } from './abilities.ts';
import { plainBlocks, plainMessages } from './content.ts';
import { withChanged, withMembers, withoutMeta } from './members.ts';
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

/** What a modern client must find in a result, how it is recognised, and what stands for a legacy server's silence. */
interface Mark {
  readonly key: string;
  readonly json: string;
  readonly fits: (value: unknown) => boolean;
}

const COMPLETE: Mark = { key: 'resultType', json: '"complete"', fits: (value) => value === 'complete' };
const KEEPING: readonly Mark[] = [
  { key: 'ttlMs', json: '0', fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0 },
  { key: 'cacheScope', json: '"private"', fits: (value) => value === 'public' || value === 'private' },
];

/**
 * The result of a backend that speaks revision `from`, as a client of revision `to` can take it. What a client does
 * not know but tolerates is left alone, and a result that needs no change comes back as the same object. Results of
 * `tasks/get` and of `initialize` have functions of their own; here they only lose or gain the marks of the era.
 */
export function resultForClient(method: string, body: Payload, from: string, to: string): Payload {
  if (isModern(to)) return isModern(from) ? body : withMarks(method, body);
  if (isModern(from)) return withoutMarks(method, plain(method, body, to));
  // A legacy server may send what the revision it agreed on does not have; newer clients are used to that.
  return hasLinks(to) ? body : plain(method, body, to);
}

/** What an older client would refuse the result for, in words it takes. */
function plain(method: string, body: Payload, to: string): Payload {
  switch (method) {
    case 'tools/list':
      return plainTools(body);
    case 'tools/call':
    case 'tasks/result':
      // In this order, so that a note about what was left out is not taken for a text that says the same.
      return plainBlocks(plainStructure(body), to);
    case 'prompts/get':
      return plainMessages(body, to);
    default:
      return body;
  }
}

/**
 * A legacy server's result is complete whatever a member of this name says: its revision has no other kind. What it
 * says about keeping the result stands, where a modern client could read it.
 */
function withMarks(method: string, body: Payload): Payload {
  const marks = marksOf(method);
  const read = marks.reduce((result, { key, json, fits }) => {
    return withChanged(result, key, (value) => (fits(value.json()) ? value : Payload.of(json)));
  }, body);
  const missing = marks.filter(({ key }) => !read.has(key));
  return withMembers(
    read,
    missing.map(({ key, json }) => `${JSON.stringify(key)}:${json}`),
  );
}

function withoutMarks(method: string, body: Payload): Payload {
  const names = marksOf(method).map(({ key }) => key);
  return withoutMembers(withoutMeta(body, SERVER_META), names);
}

function marksOf(method: string): readonly Mark[] {
  return CACHEABLE.has(method) ? [COMPLETE, ...KEEPING] : [COMPLETE];
}
