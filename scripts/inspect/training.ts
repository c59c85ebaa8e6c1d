import type { ByChannel, Calibration } from '../../lib/inspect/linear/calibration.ts';
import type { Weights } from '../../lib/inspect/linear/model.ts';
import { pieceOf } from '../../lib/inspect/pieces.ts';
import { scoreByRules } from '../../lib/inspect/score/assess.ts';
import type { Channel } from '../../lib/model/inspection.ts';
import { type Bag, bagOf } from './bags.ts';
import { calibrationFrom } from './calibrate.ts';
import { channelOf, type Sample } from './corpus.ts';
import { ownSamples } from './examples/all.ts';
import { evidence, fit, type Lesson } from './fit.ts';
import { foldsOf } from './folds.ts';
import { isPermissive } from './licences.ts';

const SEEDS = [1, 2];
const FOLDS = 6;
/** What one of our own examples counts beside a text of a corpus: there are many, and they are alike. */
const OWN_WEIGHT = 0.25;

/** A source with more texts than this counts less than they do, or the largest would teach its own ways alone. */
const FULL_SOURCE = 40;
/** What harmless texts of other channels count where they are no measure: asking is harmless in arguments alone. */
const HARMLESS_ELSEWHERE: ByChannel<Partial<ByChannel<number>>> = {
  args: {},
  result: { args: 0.15, description: 0.2 },
  description: { args: 0.15 },
};
/** What attacks in data count for arguments: some are attacks only because they stand there. */
const ATTACK_ELSEWHERE: ByChannel<number> = { args: 0.7, result: 1, description: 1 };

/** A model made of all that may be used. */
export interface Trained {
  readonly weights: ByChannel<Weights>;
  readonly seeds: readonly number[];
  readonly used: readonly Sample[];
  readonly leftOut: readonly Sample[];
  readonly own: number;
  readonly heldOut: HeldOut;
}

/** A sample with the model that has seen nothing of its source, and its evidence. */
export interface Judged {
  readonly sample: Sample;
  readonly weights: ByChannel<Weights>;
  readonly raw: number;
}

/** What models say of sources they have not seen, and the curves that follow from that for the model that has seen all. */
export interface HeldOut {
  readonly judged: readonly Judged[];
  readonly calibration: Calibration;
}

/** Trains on whole sources but those of one fold, for each fold, and then on all; what a licence forbids is only judged. */
export function trained(samples: readonly Sample[], own: readonly Sample[] = ownSamples()): Trained {
  const pupil = new Pupil(samples, own);
  const used = samples.filter(({ licence }) => isPermissive(licence));
  const leftOut = samples.filter(({ licence }) => !isPermissive(licence));
  return {
    weights: pupil.learn(used),
    seeds: SEEDS,
    used,
    leftOut,
    own: own.length,
    heldOut: heldOutBy(pupil, samples),
  };
}

export function heldOut(samples: readonly Sample[], own: readonly Sample[] = ownSamples()): HeldOut {
  return heldOutBy(new Pupil(samples, own), samples);
}

function heldOutBy(pupil: Pupil, samples: readonly Sample[]): HeldOut {
  const folds = foldsOf(samples, FOLDS);
  const judged: Judged[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = samples.filter(({ source }) => folds.get(source) === fold);
    if (held.length === 0) continue;
    const others = samples.filter(({ source }) => folds.get(source) !== fold);
    const weights = pupil.learn(others.filter(({ licence }) => isPermissive(licence)));
    for (const sample of held) judged.push({ sample, weights, raw: pupil.judge(weights, sample) });
  }
  const harmless = judged.filter(({ sample }) => !sample.isAttack);
  return {
    judged,
    calibration: calibrationFrom(
      harmless.map(({ sample, raw }) => ({ channel: sample.channel, raw, byRules: byRules(sample) })),
    ),
  };
}

/** Keeps what the model sees of each text, so that it is worked out once. */
class Pupil {
  readonly #bags: ReadonlyMap<Sample, Bag>;
  readonly #own: readonly Sample[];

  constructor(samples: readonly Sample[], own: readonly Sample[]) {
    this.#bags = new Map([...samples, ...own].map((sample) => [sample, bagOf(sample.text)]));
    this.#own = own;
  }

  learn(samples: readonly Sample[]): ByChannel<Weights> {
    return {
      args: this.#learn(samples, 'args'),
      result: this.#learn(samples, 'result'),
      description: this.#learn(samples, 'description'),
    };
  }

  #learn(samples: readonly Sample[], channel: Channel): Weights {
    const sizes = new Map<string, number>();
    for (const { source } of samples) sizes.set(source, (sizes.get(source) ?? 0) + 1);
    const lessonOf = (sample: Sample, weight: number): Lesson => ({
      bag: this.#bags.get(sample)!,
      isAttack: sample.isAttack,
      weight: weight * shareOf(sample, channel),
    });
    const others = samples.map((one) => lessonOf(one, Math.min(1, Math.sqrt(FULL_SOURCE / sizes.get(one.source)!))));
    return fit([...others, ...this.#own.map((one) => lessonOf(one, OWN_WEIGHT))], SEEDS);
  }

  judge(weights: ByChannel<Weights>, sample: Sample): number {
    return evidence(weights[channelOf(sample)], this.#bags.get(sample)!);
  }
}

/** What a text counts for the weights of a channel. */
function shareOf(sample: Sample, channel: Channel): number {
  const own = channelOf(sample);
  if (own === channel) return 1;
  return sample.isAttack ? ATTACK_ELSEWHERE[channel] : (HARMLESS_ELSEWHERE[channel][own] ?? 1);
}

function byRules(sample: Sample): number {
  return scoreByRules(pieceOf(sample.text), channelOf(sample));
}
