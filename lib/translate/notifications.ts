import { isModern, META } from '../protocol/revisions.ts';
import type { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { hasProgressMessages } from './abilities.ts';
import { withoutMeta } from './members.ts';

/**
 * The params of a backend's notification as a client of revision `to` can take them; the same object when nothing
 * changes. `from` is the backend's revision. News of tasks is in tasks.ts.
 */
export function noticeForClient(
  method: string,
  params: Payload | undefined,
  from: string,
  to: string,
): Payload | undefined {
  if (params === undefined || isModern(to)) return params;
  const untagged = isModern(from) ? withoutMeta(params, [META.subscriptionId]) : params;
  if (method === 'notifications/progress' && !hasProgressMessages(to)) return withoutMembers(untagged, ['message']);
  return untagged;
}
