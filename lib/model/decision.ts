import type { Payload } from '../wire/payload.ts';
import type { Agreed, Agreement } from './approvals.ts';
import type { Call } from './call.ts';
import type { Later } from './later.ts';
import type { Reason } from './reason.ts';

export type { Reason } from './reason.ts';

export type Effect = 'allow' | 'deny' | 'require_approval';

/** How much an effect limits, so that of several the one that limits most can be found. */
export const STRICTNESS: Readonly<Record<Effect, number>> = { allow: 0, require_approval: 1, deny: 2 };

export function stricterEffect(a: Effect, b: Effect): Effect {
  return STRICTNESS[a] > STRICTNESS[b] ? a : b;
}

/** A change that cannot fail. What is edited is what is recorded and sent. */
export interface Edit {
  readonly name: string;
  /** What it puts in must not be written down: the record shows the message without this edit. */
  readonly unrecorded?: true;
  apply(body: Payload): Payload;
  /** For an edit that takes entries out of a list: whether the one at `index` stays. */
  keeps?(index: number): boolean;
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
  readonly findings?: readonly string[];
}

/** One check's answer. */
export type Verdict = Pass | Deny;

/** The pass that asks for nothing; checks that have nothing to say answer this very object. */
export const PASS: Pass = Object.freeze({ pass: true });

export function pass(obligations?: Omit<Pass, 'pass'>): Pass {
  return obligations === undefined ? PASS : { ...obligations, pass: true };
}

export function deny(reason: Reason, findings?: readonly string[]): Deny {
  return findings === undefined ? { pass: false, reason } : { pass: false, reason, findings };
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
  /** What somebody agreed to; it is taken when the call is made. */
  readonly agreement?: Agreement | undefined;
  /** The agreement that was taken for it. */
  readonly agreed?: Agreed | undefined;
}
