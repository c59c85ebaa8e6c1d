import type { Pace } from './pace.ts';

/** What one call teaches, once it is known how it ended. Names of arguments are hashes. */
export interface Lesson {
  readonly account: string;
  readonly tool: string;
  readonly atMs: number;
  /** Hash of the names of all arguments. */
  readonly names: string;
  /** Hash of each name, with the kind of its value. */
  readonly parts: readonly (readonly [name: string, kind: string])[];
  /** Amounts and hours; undefined for a call of which only what is new is learned. */
  readonly amounts:
    | { readonly bytesOut: number; readonly bytesIn: number; readonly pace: Pace; readonly hour: number }
    | undefined;
  /** Scores in the order of ANOMALY_FEATURES; undefined while too little is known to give any. */
  readonly scores: readonly number[] | undefined;
  /** How surprising the call was, by each group of features; undefined while scores mean nothing yet. */
  readonly surprises: readonly [apart: number, shared: number] | undefined;
  /** Which features it was put together of. */
  readonly features: string;
  /** Learning of this caller is over with it. */
  readonly done: boolean;
}
