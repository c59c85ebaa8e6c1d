import type { Decision } from '../model/decision.ts';

/** So much waits to be decided about that no more is held in memory. */
export const NO_ROOM: Decision = {
  effect: 'deny',
  reason: { code: 'SP3013', text: 'too much waits to be looked at', retry: 'later', retryAfterMs: 1000 },
  check: undefined,
  enforced: true,
  wouldDeny: undefined,
  edits: [],
  duties: [],
  findings: [],
  timeoutMs: undefined,
};
