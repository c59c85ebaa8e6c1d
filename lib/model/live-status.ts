import type { PendingApproval } from './approval-desk.ts';
import type { ServerState } from './server.ts';

/** How a gateway serves. */
export type ServingMode = 'wrap' | 'run' | 'serve';

/** One backend, over all processes of it. */
export interface BackendStatus {
  readonly name: string;
  readonly state: ServerState;
  readonly processes: number;
  readonly inFlight: number;
  /** How often a process of it ended that should not have, since somebody first asked. */
  readonly failures: number;
  /** Why it is not there. */
  readonly outage: string | undefined;
}

/** One budget of one holder, in the unit of the config. */
export interface BudgetStatus {
  readonly name: string;
  readonly holder: string;
  readonly unit: string;
  readonly used: number;
  readonly limit: number;
}

/** A running gateway at one moment, for people who look. */
export interface LiveStatus {
  readonly pid: number;
  readonly mode: ServingMode;
  /** Names the policy in force. */
  readonly policy: string;
  readonly sinceMs: number;
  readonly clients: readonly string[];
  readonly backends: readonly BackendStatus[];
  readonly budgets: readonly BudgetStatus[];
  /** What `sallyport stop` holds: `everything`, or names of backends. */
  readonly stopped: readonly string[];
}

/** Something that happened, as somebody who watches hears of it. All text is printable, and secrets are masked. */
export type LiveEvent =
  | {
      readonly event: 'called';
      readonly call: string;
      readonly atMs: number;
      readonly client: string;
      readonly action: string;
      readonly resource: string;
      readonly decision: string;
      readonly code: string | undefined;
    }
  | {
      readonly event: 'ended';
      readonly call: string;
      readonly outcome: string;
      readonly code: string | undefined;
      readonly ms: number;
    }
  | { readonly event: 'refused'; readonly atMs: number; readonly from: string; readonly code: string }
  | { readonly event: 'asked' | 'settled'; readonly pending: PendingApproval };
