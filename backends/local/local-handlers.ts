import type { ApprovalDesk } from '../../lib/model/approval-desk.ts';
import type { LiveEvent, LiveStatus } from '../../lib/model/live-status.ts';

/** What a gateway says of itself, and has done to it, over its local socket. */
export interface LocalHandlers {
  /** Where what waits is answered. */
  desk(): Promise<ApprovalDesk>;
  status(): LiveStatus;
  /** Hears of what happens until it calls what this answers. */
  watch(hear: (event: LiveEvent) => void): Promise<() => void>;
  /** Runs what leaves records. */
  turn<T>(work: () => T): T;
  /** Somebody was refused: for the record. */
  refused(fields: Readonly<Record<string, unknown>>): void;
  /** Name of the user this gateway runs as. */
  readonly user: string;
}
