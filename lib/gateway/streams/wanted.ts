import type { Call } from '../../model/call.ts';
import type { Json } from '../../model/json.ts';
import { isPromise } from '../../model/later.ts';
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

/** What a stream's filter asks for, by backend, as far as this client may have it. */
export function wantedOf(session: Session, call: Call, filter: Json): Pick<Stream, 'lists' | 'uris' | 'tasks'> {
  const kinds = (Object.keys(LIST_FILTERS) as ListKind[]).filter((kind) => filter[LIST_FILTERS[kind]] === true);
  return {
    lists: new Set(kinds),
    uris: byBackend(filter.resourceSubscriptions, (uri) => resource(session, call, uri)),
    tasks: byBackend(filter.taskIds, (task) => ownTask(session, task)),
  };
}

function byBackend(values: unknown, find: (value: string) => Found | undefined): Map<Backend, string[]> {
  const found = new Map<Backend, string[]>();
  for (const value of new Set(stringsOf(values).slice(0, MOST_VALUES))) {
    const hit = find(value);
    if (hit === undefined) continue;
    const own = found.get(hit.backend);
    if (own === undefined) found.set(hit.backend, [hit.own]);
    else own.push(hit.own);
  }
  return found;
}

/** A resource may be listened to only if it may be read; one that takes time to decide about may not. */
function resource(session: Session, call: Call, exposed: string): Found | undefined {
  const found = resolveResource(session, exposed, { start: 0, end: 0 });
  if (!isSubject(found)) return undefined;
  const { engine } = session;
  const asked = { ...call, resource: found.resource };
  const decision = decideCall(engine.policy, asked);
  if (!isPromise(decision) && decision.effect === 'allow') return { backend: found.backend, own: found.resource.id };
  const reason = isPromise(decision) ? undefined : decision.reason;
  engine.audit.unasked(asked, reason ?? { code: 'SP3003', text: 'undecided' });
  return undefined;
}

function ownTask(session: Session, sealed: string): Found | undefined {
  const found = openTask(session, sealed);
  return found && { backend: found.backend, own: found.taskId };
}
