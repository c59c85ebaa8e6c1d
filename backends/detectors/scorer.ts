import type { Channel } from '../../lib/model/inspection.ts';

/** What a detector is asked about one text. */
export interface Question {
  readonly text: string;
  readonly channel: Channel;
  /** Parts of the text, the gravest first, for where it is too long to be looked at as a whole. */
  readonly suspicious: readonly string[];
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** One way to have a text judged, without any bounds around it. */
export interface Scorer {
  /** From 0 to 1; rejects when it fails, and soon after `signal` is aborted unless it cannot be stopped. */
  score(question: Question): Promise<number>;
  warm?(): void;
  close(): void | Promise<void>;
}
