import type { Calibration, Curve } from '../../lib/inspect/linear/calibration.ts';
import { CHANNELS } from '../../lib/model/inspection.ts';
import { thresholdFor } from './measures.ts';

/** Evidence of a harmless text its model has not learnt from. */
export interface Unseen {
  readonly channel: string;
  readonly raw: number;
  /** What rules alone make of it. */
  readonly byRules: number;
}

/** Which share of harmless texts reaches which score. */
const MARKS: readonly (readonly [share: number, score: number])[] = [
  [0.9, 0.01],
  [0.5, 0.03],
  [0.2, 0.06],
  [0.05, 0.1],
  [0.01, 0.15],
  [0.002, 0.35],
  [0.001, 0.6],
];
/** Beyond what was seen, each tenth of the texts lies as far above as the tenth before. */
const BEYOND: readonly (readonly [share: number, score: number])[] = [
  [0.0001, 0.85],
  [0.00001, 0.95],
];
const SMALLEST_STEP = 0.05;
/** What is left to the model at least of a share that rules use up. */
const LEAST_LEFT = 0.4;

/**
 * One curve for each channel; a channel with few texts takes those of all. The shares are of the whole score: what rules
 * find in harmless texts is taken off what the model may.
 */
export function calibrationFrom(texts: readonly Unseen[]): Calibration {
  const curves = CHANNELS.map((channel) => {
    const own = texts.filter((text) => text.channel === channel);
    return [channel, curveFrom(own.length >= 300 ? own : texts)];
  });
  return Object.fromEntries(curves) as unknown as Calibration;
}

function curveFrom(texts: readonly Unseen[]): Curve {
  const raws = texts.map(({ raw }) => raw);
  const perTenth = Math.max(SMALLEST_STEP, (thresholdFor(raws, 0.01) - thresholdFor(raws, 0.05)) / Math.log10(5));
  const points: [number, number][] = [];
  for (const [share, score] of MARKS) {
    const others = texts.filter(({ byRules }) => byRules < score).map(({ raw }) => raw);
    const left = Math.max(share * LEAST_LEFT, share - (1 - others.length / texts.length));
    points.push([Math.max(thresholdFor(others, left), expected(raws, left, perTenth)), score]);
  }
  for (const [, score] of BEYOND) points.push([points.at(-1)![0] + perTenth, score]);
  for (let i = 1; i < points.length; i++) points[i]![0] = Math.max(points[i]![0], points[i - 1]![0] + SMALLEST_STEP);
  return points.map(([raw, score]) => [rounded(raw), score]);
}

/** Few texts say little of what one in a thousand reaches: the tail is taken to go on as it falls from 5 % to 1 %. */
function expected(raws: readonly number[], share: number, perTenth: number): number {
  return share >= 0.003 ? -Infinity : thresholdFor(raws, 0.01) + perTenth * Math.log10(0.01 / share);
}

function rounded(raw: number): number {
  return Math.round(raw * 1000) / 1000;
}
