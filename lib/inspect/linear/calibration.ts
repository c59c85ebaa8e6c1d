import type { Channel } from '../../model/inspection.ts';

/** A curve through points of raw evidence and score, both rising. */
export type Curve = readonly (readonly [raw: number, score: number])[];

/** One for each channel: what is ordinary in one is not in another. */
export type ByChannel<T> = Readonly<Record<Channel, T>>;

export type Calibration = ByChannel<Curve>;

/** From 0 to 1, rising with the evidence; straight between the points, and nearing 0 and 1 outside of them. */
export function calibrated(curve: Curve, raw: number): number {
  const [firstRaw, firstScore] = curve[0]!;
  if (raw <= firstRaw) return firstScore * Math.exp(raw - firstRaw);
  for (let i = 1; i < curve.length; i++) {
    const [raw1, score1] = curve[i]!;
    if (raw > raw1) continue;
    const [raw0, score0] = curve[i - 1]!;
    return score0 + ((score1 - score0) * (raw - raw0)) / (raw1 - raw0);
  }
  const [lastRaw, lastScore] = curve.at(-1)!;
  return 1 - (1 - lastScore) * Math.exp(lastRaw - raw);
}
