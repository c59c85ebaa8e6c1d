import { forget, PER_TOKEN, readFeatures, roomForFeatures } from './features.ts';
import { evidenceOf, WINDOW } from './windows.ts';

/** What the training gives: see `weights-file.ts` for where it is kept. */
export interface Weights {
  /** One for each feature. */
  readonly values: Int8Array;
  /** What a weight of 1 is worth. */
  readonly scale: number;
  readonly bias: number;
}

/** The stretch of a text that looks most like an order to a machine. */
export interface Worst {
  /** Evidence in logits: a number of the model, made a score by `calibration.ts`. */
  readonly raw: number;
  readonly start: number;
  readonly end: number;
}

/**
 * A sum of weights over words, pairs and triples of words, and over how classes of words follow each other, in a window
 * that slides over the text; what counts is the worst window, so that no filler hides anything. Time grows with the
 * length of the text and nothing else; memory does not grow at all.
 */
export class LinearModel {
  readonly #weights: Weights;
  readonly #features = roomForFeatures();
  readonly #worth = new Int32Array(this.#features.tokens.hashes.length);
  readonly #lastWorth = new Int32Array(WINDOW);
  readonly #lastStarts = new Int32Array(WINDOW);

  constructor(weights: Weights) {
    this.#weights = weights;
  }

  score(text: string, from = 0, to = text.length): Worst {
    const features = this.#features;
    const { starts } = features.tokens;
    const worth = this.#worth;
    const lastWorth = this.#lastWorth.fill(0);
    const lastStarts = this.#lastStarts.fill(from);
    let sum = 0;
    let tokens = 0;
    let slot = 0;
    let most = -Infinity;
    let start = from;
    let end = to;
    forget(features);
    for (let at = from; at < to; ) {
      at = readFeatures(text, at, to, features);
      this.#weigh();
      const { count } = features.tokens;
      for (let i = 0; i < count; i++) {
        sum += worth[i]! - lastWorth[slot]!;
        lastWorth[slot] = worth[i]!;
        lastStarts[slot] = starts[i]!;
        slot = slot + 1 === WINDOW ? 0 : slot + 1;
        if (++tokens < WINDOW || sum <= most) continue;
        most = sum;
        start = lastStarts[slot]!;
        end = i + 1 < count ? starts[i + 1]! : at;
      }
    }
    const { scale, bias } = this.#weights;
    return { raw: evidenceOf((tokens < WINDOW ? sum : most) * scale, bias, tokens), start, end };
  }

  /** What each token that was just read is worth. */
  #weigh(): void {
    const { values } = this.#weights;
    const { words, extras, extraOf, extraCount, tokens } = this.#features;
    const worth = this.#worth;
    for (let i = 0, at = 0; i < tokens.count; i++, at += PER_TOKEN) {
      worth[i] = values[words[at]!]! + values[words[at + 1]!]! + values[words[at + 2]!]! + values[words[at + 3]!]!;
    }
    for (let i = 0; i < extraCount; i++) worth[extraOf[i]!]! += values[extras[i]!]!;
  }
}
