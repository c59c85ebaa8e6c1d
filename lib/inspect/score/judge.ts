import type { Channel } from '../../model/inspection.ts';
import type { Hit } from '../assessment.ts';
import { isQuoted } from '../context.ts';
import type { View } from '../findings.ts';
import { type Joined, locate } from '../joined.ts';
import { type ByChannel, type Calibration, calibrated } from '../linear/calibration.ts';
import { LinearModel, type Weights } from '../linear/model.ts';
import { shippedWeights } from '../linear/weights-file.ts';
import { KnownTexts } from './known-texts.ts';
import { severityOf } from './severity.ts';

/** A score of the model, and where it is from. */
export interface Verdict {
  readonly score: number;
  /** Undefined when it is not worth telling. */
  readonly hit: Hit | undefined;
  /** The words stand in quotes or in a block of code. */
  readonly isQuoted: boolean;
}

export const NO_VERDICT: Verdict = { score: 0, hit: undefined, isQuoted: false };

/** From here on it is worth telling: one harmless text in a hundred. */
const WORTH_TELLING = 0.15;

/** The model, asked for scores of parts of a message. */
export class Judge {
  /** Short texts it was lately asked about. */
  readonly known = new KnownTexts();
  readonly #models: ByChannel<LinearModel>;
  readonly #calibration: Calibration;

  constructor({ args, result, description }: ByChannel<Weights>, calibration: Calibration) {
    this.#models = {
      args: new LinearModel(args),
      result: new LinearModel(result),
      description: new LinearModel(description),
    };
    this.#calibration = calibration;
  }

  /** What it says of the characters `[from, to)` of the texts of a message. */
  judge(joined: Joined, channel: Channel, from: number, to: number): Verdict {
    const { raw, start, end } = this.#models[channel].score(joined.text, from, to);
    const score = calibrated(this.#calibration[channel], raw);
    if (score < WORTH_TELLING) return { score, hit: undefined, isQuoted: false };
    const hit = hitOf(score, 'plain', locate(joined, start, end));
    return { score, hit, isQuoted: isQuoted(joined.text, start, end) };
  }

  /** What it says of a text that was made readable again; `whole` is all of what it was made of, since nobody knows where that stood. */
  judgeView(view: View, channel: Channel, whole: { readonly start: number; readonly end: number }): Verdict {
    const { raw } = this.#models[channel].score(view.text);
    const score = calibrated(this.#calibration[channel], raw);
    const hit = score < WORTH_TELLING ? undefined : hitOf(score, view.view, { piece: view.piece, ...whole });
    return { score, hit, isQuoted: false };
  }
}

let shipped: Judge | undefined;

/** The one whose weights are shipped; they are read when it is first asked for. */
export function shippedJudge(): Judge {
  if (shipped === undefined) {
    const { weights, facts } = shippedWeights();
    shipped = new Judge(weights, facts.calibration);
  }
  return shipped;
}

export function graver(one: Verdict, other: Verdict): Verdict {
  return other.score > one.score ? other : one;
}

function hitOf(score: number, view: string, at: { piece: number; start: number; end: number }): Hit {
  return { rule: 'model', category: 'model', severity: severityOf(score), view, ...at };
}
