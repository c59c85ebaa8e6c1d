import type { Assessment } from '../../inspect/assessment.ts';
import type { Pieces } from '../../inspect/pieces.ts';
import type { Whole } from '../../inspect/whole.ts';
import type { Channel } from '../../model/inspection.ts';
import type { Payload } from '../../wire/payload.ts';

/** What reads and judges texts for the check. */
export interface Inspector {
  /** Every text of a message, names of members and values, in the order they stand. */
  pieces(message: Payload): Pieces;
  /** `before` is the end of what the same tool said last: something may begin there and end here. */
  assess(pieces: Pieces, channel: Channel, before: string): Assessment;
  /** The same, in slices between which others get their turn: for more text than can be judged in a few milliseconds. */
  assessInSlices(pieces: Pieces, channel: Channel, before: string): Promise<Assessment>;
  /**
   * Pieces and assessment of a large message at once, without keeping others waiting. Rejects when that cannot be had: then
   * nobody has looked at it. Left out where there is no such place to read it.
   */
  readElsewhere?(message: Payload, channel: Channel, before: string): Promise<Whole>;
}
