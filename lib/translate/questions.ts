import { META } from '../protocol/revisions.ts';
import type { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { withAdded, withoutMeta } from './members.ts';

/**
 * A modern server's `elicitation/create` for a legacy client. 2025-11-25 wants an id for a link, which modern servers
 * no longer give; forms are the same in both.
 */
export function legacyElicitation(params: Payload, elicitationId: string): Payload {
  if (params.string('mode') !== 'url') return params;
  return withAdded(withoutMembers(params, ['elicitationId']), 'elicitationId', JSON.stringify(elicitationId));
}

/** A legacy server's `elicitation/create` as an input request, which has no id. */
export function modernElicitation(params: Payload): Payload {
  return modernQuestion(withoutMembers(params, ['elicitationId']));
}

/**
 * The params of any question of a legacy server as an input request has them: it can neither be made a task nor be
 * followed by progress, and belongs to the request it answers.
 */
export function modernQuestion(params: Payload): Payload {
  return withoutMeta(withoutMembers(params, ['task']), ['progressToken', META.relatedTask]);
}
