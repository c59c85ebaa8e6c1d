import type { Channel } from './inspection.ts';

/** What a detector was asked and what became of it, since it was opened. */
export interface DetectorCounts {
  /** Questions put to it. */
  readonly asked: number;
  /** Questions that brought no answer, those that were too late included. */
  readonly failed: number;
  readonly late: number;
  /** Questions not put to it because it was left alone. */
  readonly leftAlone: number;
}

/** Another judge of texts, besides our own: a program reached by HTTP, or a model of the operator's. */
export interface Detector {
  /** As findings, counters and the log name it. */
  readonly name: string;
  /** Which texts it is to see. */
  readonly channels: readonly Channel[];
  /** What its failure means: that it has nothing to say, or that the text is refused. */
  readonly onError: 'ignore' | 'deny';
  /**
   * From 0 to 1; rejects when it fails or takes longer than it may, and never keeps anybody waiting for ever.
   * `suspicious` are parts of the text, the gravest first, which it looks at where it cannot look at all of it.
   */
  score(text: string, channel: Channel, suspicious?: readonly string[]): Promise<number>;
  /** Undefined for one that does not count. */
  readonly counts?: DetectorCounts | undefined;
  /** Gets ready what takes long, while nobody waits. */
  warm?(): void;
  /** What is under way fails. */
  close(): void | Promise<void>;
}
