import type { Code } from '../model/codes.ts';

/** The first thing wrong in a segment, or in the checkpoints of one. */
export interface Fault {
  readonly code: Code;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly why: string;
}
