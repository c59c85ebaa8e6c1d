import type { Notice } from '../../lib/model/notice.ts';

/** What a receiver made of a notice, for a person who tries it. */
export interface Taken {
  /** What it said, in one line; of its own words no more than the beginning. */
  readonly said: string;
}

/** One way to tell somebody. */
export interface Sink {
  readonly name: string;
  /** Whether anybody would hear of it now. */
  readonly isReachable: boolean;
  /** Whether it is for notices of this kind at all. */
  takes(notice: Notice): boolean;
  /** Tells it once; rejects with {@link NotTaken} when it was not taken. */
  send(notice: Notice): Promise<Taken>;
}

/** A notice was not taken. The message holds no secret, and nothing of the notice. */
export class NotTaken extends Error {
  /** It would not be taken later either. */
  readonly isFinal: boolean;
  /** Nobody takes anything at the moment, so others need not be tried. */
  readonly isOutage: boolean;
  /** How long the receiver wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    how: { readonly isFinal?: boolean; readonly isOutage?: boolean; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.isFinal = how.isFinal ?? false;
    this.isOutage = how.isOutage ?? false;
    this.retryAfterMs = how.retryAfterMs;
  }
}
