import type { Call, Reply } from './call.ts';
import type { Code } from './codes.ts';
import type { Decision, Reason } from './decision.ts';

/** How an allowed call ended. */
export type Outcome = 'ok' | 'error' | 'tool_error' | 'withheld' | 'failed' | 'timeout' | 'cancelled';

export interface Done {
  readonly outcome: Outcome;
  /** The policy's answer about the reply, when there was one. */
  readonly decision?: Decision | undefined;
  readonly code?: Code | undefined;
  readonly bytes: number;
  readonly ms: number;
  /** How much of `ms` its target had it; undefined when it never was sent. */
  readonly targetMs?: number | undefined;
  /** What came back, before anything was done to it; never written down as it is. */
  readonly reply?: Reply | undefined;
}

export interface RefusedFrame {
  /** `client`, or the backend's name. */
  readonly from: string;
  readonly session?: string | undefined;
  readonly code: Code;
  readonly detail: string;
  readonly bytes: number;
}

/**
 * The evidence: what was asked, decided and done. Records are gathered while a chunk is worked on and written
 * by {@link AuditLog.commit} before anything of that chunk leaves.
 */
export interface AuditLog {
  /** `revision` names the policy that decided, which a reload may have replaced since. */
  call(call: Call, decision: Decision, revision: string): void;
  /** A request refused before policy was asked, because what it names does not exist or is malformed. */
  unasked(call: Omit<Call, 'facts' | 'args' | 'params'>, reason: Reason): void;
  done(call: Call, done: Done): void;
  refused(frame: RefusedFrame): void;
  event(event: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Writes what was gathered; false when it could not be written. */
  commit(): boolean;
  /** Whether calls that change things may go on although the log cannot be written. */
  readonly blocksOnFailure: boolean;
  close(): void;
}
