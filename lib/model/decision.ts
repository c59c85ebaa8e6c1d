import type { Payload } from '../wire/payload.ts';
import type { Call } from './call.ts';
import type { Code } from './codes.ts';
import type { Later } from './later.ts';

export type Effect = 'allow' | 'deny' | 'require_approval';

/** How much an effect limits, so that of several the one that limits most can be found. */
export const STRICTNESS: Readonly<Record<Effect, number>> = { allow: 0, require_approval: 1, deny: 2 };

export function stricterEffect(a: Effect, b: Effect): Effect {
  return STRICTNESS[a] > STRICTNESS[b] ? a : b;
}

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
}

/** A change that cannot fail. What is edited is what is recorded and sent. */
export interface Edit {
  readonly name: string;
  apply(body: Payload): Payload;
}

/** Something to be done before the call may go on; when it throws, the call is denied. */
export interface Duty {
  readonly name: string;
  perform(call: Call): Later<void>;
}

/** Something worth recording that decides nothing. */
export interface Finding {
  readonly check: string;
  readonly note: string;
}

export interface Pass {
  readonly pass: true;
  readonly edits?: readonly Edit[];
  readonly duties?: readonly Duty[];
  readonly findings?: readonly string[];
  /** Most milliseconds the call may run. */
  readonly timeoutMs?: number;
  /** A person must agree first, for this reason. */
  readonly approval?: Reason;
}

export interface Deny {
  readonly pass: false;
  readonly reason: Reason;
}

/** One check's answer. */
export type Verdict = Pass | Deny;

/** The pass that asks for nothing; checks that have nothing to say answer this very object. */
export const PASS: Pass = Object.freeze({ pass: true });

export function pass(obligations?: Omit<Pass, 'pass'>): Pass {
  return obligations === undefined ? PASS : { ...obligations, pass: true };
}

export function deny(reason: Reason): Deny {
  return { pass: false, reason };
}

/** The policy's answer over all checks. */
export interface Decision {
  readonly effect: Effect;
  /** Why it is not `allow`. */
  readonly reason: Reason | undefined;
  /** The check that settled it. */
  readonly check: string | undefined;
  /** False in observe mode: edits, time limits and denials are recorded and not applied. */
  readonly enforced: boolean;
  /** In observe mode: what would have been denied and was let through. */
  readonly wouldDeny: Reason | undefined;
  readonly edits: readonly Edit[];
  readonly duties: readonly Duty[];
  readonly findings: readonly Finding[];
  readonly timeoutMs: number | undefined;
}
