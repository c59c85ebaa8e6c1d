/** A file of the log, as far as whoever signs it must know. */
export interface CoveredSegment {
  readonly path: string;
  /** Calls `done` once all that was written so far is on the device, or with why it is not. */
  flushed(done: (error?: Error | null) => void): void;
}

/** Whoever signs what is written to the log. Nothing here fails, and nothing takes longer than a copy of the bytes. */
export interface Covering {
  /** What is written from now on goes to `segment`; the one before is on the device and closed. */
  began(segment: CoveredSegment): void;
  /** Whole lines were written; the bytes are used again afterwards. */
  wrote(lines: Buffer, records: number): void;
  /** About a second passed. */
  tick(): void;
  /** All is written and closed, and the process ends. */
  close(): void;
}
