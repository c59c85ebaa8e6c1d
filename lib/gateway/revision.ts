import { NEWEST_LEGACY, NEWEST_MODERN } from '../protocol/revisions.ts';
import type { Caller } from './caller.ts';
import type { Session } from './ports.ts';

/** The revision in which `session` reads answers to what `caller` asks. */
export function revisionOf(session: Pick<Session, 'revision' | 'client'>, { era }: Caller): string {
  return era === 'modern' ? NEWEST_MODERN : (session.revision ?? session.client?.version ?? NEWEST_LEGACY);
}
