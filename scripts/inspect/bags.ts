import { forget, PER_TOKEN, readFeatures, roomForFeatures } from '../../lib/inspect/linear/features.ts';

/** The features of one text: those of token `i` are `features[from[i]]` up to `features[from[i + 1]]`. */
export interface Bag {
  readonly tokens: number;
  readonly from: Int32Array;
  readonly features: Int32Array;
}

const room = roomForFeatures();

/** What the model sees of a text, by the same code it runs on. */
export function bagOf(text: string): Bag {
  const from: number[] = [];
  const features: number[] = [];
  forget(room);
  for (let at = 0; at < text.length; ) {
    at = readFeatures(text, at, text.length, room);
    let extra = 0;
    for (let i = 0; i < room.tokens.count; i++) {
      from.push(features.length);
      for (let j = 0; j < PER_TOKEN; j++) features.push(room.words[i * PER_TOKEN + j]!);
      for (; extra < room.extraCount && room.extraOf[extra] === i; extra++) features.push(room.extras[extra]!);
    }
  }
  const tokens = from.length;
  from.push(features.length);
  return { tokens, from: Int32Array.from(from), features: Int32Array.from(features) };
}
