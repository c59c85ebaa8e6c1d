import type { Code } from '../model/codes.ts';

/** Losses of requests their backend has certainly seen nothing of; any other one may have taken effect. */
const NEVER_SENT: ReadonlySet<Code> = new Set(['SP5001', 'SP5005', 'SP5007', 'SP5008', 'SP5013', 'SP5016']);

export function wasNeverSent(code: Code): boolean {
  return NEVER_SENT.has(code);
}
