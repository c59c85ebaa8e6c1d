import type { Call } from '../../model/call.ts';
import type { Json } from '../../model/json.ts';
import { all, type Later, then } from '../../model/later.ts';
import { decideCall } from '../../policy/decide.ts';
import type { ListKind } from '../facts.ts';
import type { Backend, Session } from '../ports.ts';
import { isSubject, resolveResource } from '../route/resolve.ts';
import { openTask } from '../tasks/tasks.ts';
import { LIST_FILTERS, type Stream, stringsOf } from './stream.ts';

/** Resources, and tasks, one stream may ask for; the acknowledgement leaves the rest out. */
const MOST_VALUES = 1000;

interface Found {
  readonly backend: Backend;
  readonly own: string;
}

/** What a stream asks for, by backend. */
export type Wanted = Pick<Stream, 'lists' | 'uris' | 'tasks'>;

/** What a stream's filter asks for, as far as this client may have it. */
export function wantedOf(session: Session, call: Call, filter: Json): Later<Wanted> {
  const kinds = (Object.keys(LIST_FILTERS) as ListKind[]).filter((kind) => filter[LIST_FILTERS[kind]] === true);
  const tasks = byBackend(valuesIn(filter.taskIds).map((task) => ownTask(session, task)));
  const uris = all(valuesIn(filter.resourceSubscriptions).map((uri) => resource(session, call, uri)));
  return then(uris, (found) => ({ lists: new Set(kinds), uris: byBackend(found), tasks }));
}

function valuesIn(values: unknown): string[] {
  return [...new Set(stringsOf(values).slice(0, MOST_VALUES))];
}

function byBackend(hits: readonly (Found | undefined)[]): Map<Backend, string[]> {
  const found = new Map<Backend, string[]>();
  for (const hit of hits) {
    if (hit === undefined) continue;
    const own = found.get(hit.backend);
    if (own === undefined) found.set(hit.backend, [hit.own]);
    else own.push(hit.own);
  }
  return found;
}

/** A resource may be listened to only if it may be read. Listening is no call: nothing that is reserved for one is kept. */
function resource(session: Session, call: Call, exposed: string): Later<Found | undefined> {
  const found = resolveResource(session, exposed, { start: 0, end: 0 });
  if (!isSubject(found)) return undefined;
  const { engine } = session;
  // What is read is judged anew by what is offered then; no server is started so that it can be listened to.
  const offered = found.backend.catalog.offered('resource', found.resource.id);
  // What else the stream asks for was judged with the request itself.
  const asked = { ...call, params: undefined, resource: found.resource, facts: { ...call.facts, offered } };
  const { policy } = engine;
  return then(decideCall(policy, asked), (decision) => {
    policy.ended(asked, { forwarded: false, ms: 0, requestBytes: 0, replyBytes: 0 });
    if (decision.effect === 'allow') return { backend: found.backend, own: found.resource.id };
    engine.audit.unasked(asked, decision.reason!);
    return undefined;
  });
}

function ownTask(session: Session, sealed: string): Found | undefined {
  const found = openTask(session, sealed);
  return found && { backend: found.backend, own: found.taskId };
}
