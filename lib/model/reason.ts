import type { Code } from './codes.ts';

/** Why. `text` may be shown to the model: no pattern, no threshold, no matched value. */
export interface Reason {
  readonly code: Code;
  readonly text: string;
  /** The rule's path in the config, for example `backends[0].denied_tools[1]`. */
  readonly rule?: string;
  /** `file:line` of the rule. */
  readonly source?: string;
  /** The caller may not learn that the resource exists. */
  readonly hidden?: boolean;
  /** JSON pointer to the argument that was judged. */
  readonly at?: string;
  /** The smallest change that would allow it, for people at a terminal only. */
  readonly fix?: string;
  /** Whether trying again can help; `never` when absent. */
  readonly retry?: 'later' | 'after_approval';
  readonly retryAfterMs?: number;
  /** Scopes a token must have besides its own, for it to be allowed. */
  readonly scopes?: readonly string[];
}
