import type { Unproven } from '../proven.ts';

/** A token that proves nothing. The reason is for the log and holds nothing of the token. */
export class TokenRefused extends Error {}

/** What is wrong with the token itself: another one may do. */
export function invalid(reason: string): Unproven {
  return { code: 'SP2008', reason, challenge: 'invalid_token' };
}

/** Nobody can tell whether it is right. */
export function unavailable(reason: string): Unproven {
  return { code: 'SP2011', reason, challenge: 'unavailable' };
}
