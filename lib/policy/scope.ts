import type { Call } from '../model/call.ts';
import { accountOf } from '../model/principal.ts';

/**
 * Within what calls follow upon each other, for rules about their order. Modern clients have no sessions (2026-07-28):
 * each of their requests stands alone, so all that one client of one principal asks belongs together.
 */
export function scopeOf({ era, session, principal }: Call): string {
  return era === 'legacy' ? session : JSON.stringify([accountOf(principal), principal.clientId]);
}
