import { ANOMALY_FEATURES, type AnomalyConfig, type AnomalyFeature } from '../model/anomaly.ts';
import { type AccountProfile, rarity } from './account-profile.ts';

export const FEATURE_INDEX = Object.fromEntries(ANOMALY_FEATURES.map((feature, index) => [feature, index])) as Readonly<
  Record<AnomalyFeature, number>
>;

/**
 * Calls of a session share their pace and their hour: what was learned of a thousand calls was learned of a few sessions, and
 * what is rare comes many times in a row. So these are compared among themselves, and only what is ten times as surprising
 * counts (one decimal place).
 */
const SHARED: ReadonlySet<AnomalyFeature> = new Set(['rate', 'hour']);
const SHARED_MARGIN = 1;

/** The features that surprise most, of those that come call by call, and of those that calls of a session share. */
export type Surprises = readonly [apart: Surprise, shared: Surprise];

export interface Surprise {
  readonly places: number;
  readonly feature: AnomalyFeature;
}

/** A surprise that is rare enough to be flagged. */
export interface Rare extends Surprise {
  /** Share of earlier calls that surprised as much, this one counted in. */
  readonly chance: number;
}

/** How surprising scores are for this caller; -1 stands for a feature that says nothing. */
export function surprisesOf(scores: readonly number[], account: AccountProfile, config: AnomalyConfig): Surprises {
  let apart: Surprise = { places: 0, feature: 'new_tool' };
  let shared: Surprise = { places: 0, feature: 'rate' };
  for (const feature of config.features) {
    const index = FEATURE_INDEX[feature];
    const score = scores[index]!;
    if (score < 0) continue;
    const places = account.tails[index]!.surprise(score);
    if (SHARED.has(feature)) {
      if (places > shared.places) shared = { places, feature };
    } else if (places > apart.places) apart = { places, feature };
  }
  return [apart, shared];
}

/** The rarest of them, when it is rare among all calls of this caller, and by what is known of the feature as well. */
export function rareOf(surprises: Surprises, account: AccountProfile, config: AnomalyConfig): Rare | undefined {
  const most = rarity(config);
  const rare = surprises.flatMap(({ places, feature }, group): Rare[] => {
    const judged = places - (group === 1 ? SHARED_MARGIN : 0);
    if (judged < -Math.log10(most)) return [];
    const chance = account.calibrations[group]!.chance(judged);
    return chance > most ? [] : [{ places: judged, feature, chance }];
  });
  return rare.reduce<Rare | undefined>((a, b) => (a === undefined || b.places > a.places ? b : a), undefined);
}
