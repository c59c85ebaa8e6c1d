import type { Answer, ListItem, Reply, Resource, ResourceType } from '../../model/call.ts';
import type { Era } from '../../model/era.ts';
import type { Offered } from '../../model/offered.ts';
import type { ToolShape } from '../../model/tool-shape.ts';
import { LISTS, type ListMethod } from '../../protocol/methods.ts';
import { exposedName } from '../../protocol/names.ts';
import { exposedUri, isAbsoluteUri } from '../../protocol/uris.ts';
import { lookalikes } from '../../wire/lookalikes.ts';
import { Payload } from '../../wire/payload.ts';
import { withoutMembers } from '../../wire/remove.ts';
import { rewriteStrings, valueAt } from '../../wire/rewrite.ts';
import { children } from '../../wire/walk.ts';
import { LISTED } from '../facts.ts';
import type { Backend, Session } from '../ports.ts';
import { mayKnowTask, sealTask } from '../tasks/tasks.ts';
import { MOST_BYTES, MOST_ITEMS, MOST_PAGES } from './caps.ts';
import { sealCursor } from './cursors.ts';
import { listItems, stringMember } from './list-items.ts';

/** One backend's part of a list. */
export interface Page {
  readonly backend: Backend;
  readonly reply: Reply;
  /** The same as the backend sent it. */
  readonly sent: Reply;
  /** As of a `ListedPage`. */
  readonly asked: number | undefined;
}

/** One entry of a list, as the client sees it and as policy knows it. */
interface Entry {
  readonly text: string;
  readonly resource: Resource;
  readonly tool: ToolShape | undefined;
  readonly offered: Offered | undefined;
}

const TYPES: Record<ListMethod, { readonly type: ResourceType; readonly key: string }> = {
  'tools/list': { type: 'tool', key: 'name' },
  'prompts/list': { type: 'prompt', key: 'name' },
  'resources/list': { type: 'resource', key: 'uri' },
  'resources/templates/list': { type: 'resource', key: 'uriTemplate' },
  'tasks/list': { type: 'task', key: 'taskId' },
};

/** Makes page number `page` of the list, in the order of the config, with names and URIs as the client knows them. */
export function mergePages(
  session: Session,
  method: ListMethod,
  era: Era,
  pages: readonly Page[],
  page: number,
): Answer {
  const { engine } = session;
  const single = engine.prefixed ? undefined : pages[0];
  if (single !== undefined && !single.reply.ok) return single.reply;
  const cursors: Record<string, string> = {};
  const entries: Entry[] = [];
  let bytes = 0;
  for (const part of pages) {
    const { backend, reply } = part;
    if (!reply.ok) continue;
    const cursor = reply.body.string('nextCursor');
    if (cursor !== undefined) cursors[backend.name] = cursor;
    for (const entry of pageEntries(session, method, part, page, cursor === undefined)) {
      if (entries.length >= MOST_ITEMS || bytes > MOST_BYTES) break;
      bytes += entry.text.length;
      entries.push(entry);
    }
  }
  const more = Object.keys(cursors).length > 0 && page < MOST_PAGES;
  const nextCursor = more ? sealCursor(session, method, { cursors, page }) : undefined;
  const body =
    single === undefined ? built(method, era, entries, nextCursor) : spliced(method, single.reply, entries, nextCursor);
  return { ok: true, body, items: itemsIn(body, method, entries) };
}

/** The usable items of one page, rewritten for the client. */
function pageEntries(session: Session, method: ListMethod, part: Page, page: number, isLast: boolean): Entry[] {
  const { backend, reply, sent, asked } = part;
  const items = listItems(reply.body, LISTS[method]);
  const kind = LISTED[method];
  const raw = sent.body === reply.body ? items : listItems(sent.body, LISTS[method]);
  // Items are translated one by one, so that each is what was sent under the same number.
  if (raw.length !== items.length) return [];
  const usable = kind && backend.catalog.note({ kind, number: page, items, sent: raw, asked, isLast });
  const { type, key } = TYPES[method];
  return items.flatMap((item, index) => {
    const id = stringMember(item, key);
    if (id === undefined || usable?.[index] === false) return [];
    if (type === 'task' && !mayKnowTask(session, backend, id)) return [];
    if (type === 'resource' && session.engine.prefixed && !isAbsoluteUri(id)) return [];
    return [
      {
        text: forClient(session, backend, method, item).text(),
        resource: { backend: backend.name, type, id },
        tool: type === 'tool' ? backend.catalog.tool(id).shape : undefined,
        offered: kind && backend.catalog.offered(kind, id),
      },
    ];
  });
}

function forClient(session: Session, backend: Backend, method: ListMethod, item: Payload): Payload {
  const { prefixed, config } = session.engine;
  if (method === 'tasks/list')
    return rewriteStrings(item, [['taskId']], 'taskId', (id) => sealTask(session, backend, id));
  if (!prefixed) return item;
  const uri = (value: string) => exposedUri(backend.name, value);
  if (method === 'resources/list') return rewriteStrings(item, [['uri']], '"uri"', uri);
  if (method === 'resources/templates/list') return rewriteStrings(item, [['uriTemplate']], '"uriTemplate"', uri);
  const named = rewriteStrings(item, [['name']], '"name"', (name) => exposedName(backend.name, name, config.names));
  return rewriteStrings(
    named,
    [
      ['_meta', 'ui', 'resourceUri'],
      ['_meta', 'ui/resourceUri'],
    ],
    'resourceUri',
    uri,
  );
}

/** A single backend's own result, with only the items and the cursor replaced. */
function spliced(
  method: ListMethod,
  reply: Reply,
  entries: readonly { text: string }[],
  cursor: string | undefined,
): Payload {
  const { body } = reply;
  const list = body.span(LISTS[method]);
  const old = body.span('nextCursor');
  // A list that was filtered for one principal must not be cached for another (2026-07-28, caching).
  const scope = body.span('cacheScope');
  const cuts = [
    ...(list === undefined ? [] : [{ ...list, text: `[${entries.map(({ text }) => text).join(',')}]` }]),
    ...(old === undefined || cursor === undefined ? [] : [{ ...old, text: JSON.stringify(cursor) }]),
    ...(scope === undefined ? [] : [{ ...scope, text: '"private"' }]),
  ];
  const whole = body.splice(cuts.sort((a, b) => a.start - b.start));
  const unwanted = [
    ...lookalikes(body, LISTS[method]),
    ...(old === undefined || cursor !== undefined ? [] : ['nextCursor']),
  ];
  return unwanted.length === 0 ? whole : withoutMembers(whole, unwanted);
}

function built(
  method: ListMethod,
  era: Era,
  entries: readonly { text: string }[],
  cursor: string | undefined,
): Payload {
  const list = `"${LISTS[method]}":[${entries.map(({ text }) => text).join(',')}]`;
  const more = cursor === undefined ? '' : `,"nextCursor":${JSON.stringify(cursor)}`;
  const modern = era === 'modern' ? ',"resultType":"complete","ttlMs":0,"cacheScope":"private"' : '';
  return Payload.of(`{${list}${more}${modern}}`);
}

function itemsIn(body: Payload, method: ListMethod, entries: readonly Entry[]): ListItem[] {
  const list = valueAt(body, [LISTS[method]]);
  if (list === undefined) return [];
  const offset = list.from - body.from;
  return children(list.bytes()).map(({ start, end }, index) => ({
    resource: entries[index]!.resource,
    tool: entries[index]!.tool,
    offered: entries[index]!.offered,
    start: start + offset,
    end: end + offset,
  }));
}
