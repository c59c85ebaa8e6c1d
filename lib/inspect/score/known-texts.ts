import { CHANNELS, type Channel } from '../../model/inspection.ts';

/** What reading a text gave in which nothing was found: that follows from the text and the channel alone. */
export interface Known {
  readonly topicWords: number;
  /** What the model says of it; not worth telling. */
  readonly score: number;
  /** What was said before it when it was last read: nothing began there and ended in the text. */
  after: string;
}

interface Kept {
  readonly text: string;
  readonly known: Known;
}

/** Longer texts seldom come twice. */
const LONGEST = 512;
/** A power of two; with the longest of texts in all of them it is three megabytes for all channels. */
const SLOTS = 512;
/** As many characters are looked at, and the last one. */
const SAMPLES = 8;

/**
 * Short texts in which nothing was found, since names and many values come again and again. One slot for a hash of a few
 * characters, and the newest text wins; whether it is the same text is told by all of its characters, so none passes for
 * another one.
 */
export class KnownTexts {
  readonly #slots = Object.fromEntries(
    CHANNELS.map((channel) => [channel, new Array<Kept | undefined>(SLOTS).fill(undefined)]),
  ) as Record<Channel, (Kept | undefined)[]>;

  /** Undefined for a text that must be read. */
  of(channel: Channel, text: string): Known | undefined {
    if (text.length > LONGEST) return undefined;
    const kept = this.#slots[channel][slotOf(text)];
    return kept !== undefined && kept.text === text ? kept.known : undefined;
  }

  keep(channel: Channel, text: string, known: Known): void {
    if (text.length > LONGEST) return;
    // A copy, or a long text would stay in memory with its part.
    this.#slots[channel][slotOf(text)] = { text: `\n${text}`.slice(1), known };
  }
}

/** By its length and characters of it that stand evenly apart: cheaper than the runtime's own hash of all of them. */
function slotOf(text: string): number {
  const { length } = text;
  let hash = length;
  for (let sample = 0; sample <= SAMPLES && length > 0; sample++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(Math.floor(((length - 1) * sample) / SAMPLES))) | 0;
  }
  return (hash ^ (hash >>> 9) ^ (hash >>> 18)) & (SLOTS - 1);
}
