import type { Severity } from '../inspect/assessment.ts';
import type { Code } from '../model/codes.ts';
import type { ItemName } from './order.ts';

/** Something in what a backend offers that a person should look at before it is pinned. */
export interface Finding extends ItemName {
  readonly code: Code;
  readonly severity: Severity;
  readonly backend: string;
  /** One sentence of ours. */
  readonly what: string;
  /** What was seen, as it came: print it with `printable`. */
  readonly evidence: string;
  /** No harmless definition has it, so it is not pinned unless somebody insists. */
  readonly structural: boolean;
}
