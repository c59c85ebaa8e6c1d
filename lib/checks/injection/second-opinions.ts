import type { Detector } from '../../model/detector.ts';
import type { Channel } from '../../model/inspection.ts';

const WORTH_TELLING = 0.1;

/** What detectors say together. */
export interface SecondOpinions {
  /** The highest score any gave. */
  readonly score: number;
  /** Name of one that failed and whose failure refuses the text. */
  readonly failed: string | undefined;
  /** What is worth recording. */
  readonly remarks: readonly string[];
}

/** Asks them side by side. Each has a deadline of its own; one that fails says nothing, or refuses, as the config wants it. */
export async function secondOpinions(
  detectors: readonly Detector[],
  text: string,
  channel: Channel,
): Promise<SecondOpinions> {
  const opinions = await Promise.all(detectors.map((detector) => opinionOf(detector, text, channel)));
  const failed = detectors.find(({ onError }, index) => opinions[index] === undefined && onError === 'deny');
  const remarks = detectors.flatMap(({ name }, index) => {
    const score = opinions[index];
    if (score === undefined) return [`detector ${name} failed`];
    return score < WORTH_TELLING ? [] : [`detector ${name} ${Math.round(score * 100) / 100}`];
  });
  return { score: Math.max(0, ...opinions.map((score) => score ?? 0)), failed: failed?.name, remarks };
}

async function opinionOf(detector: Detector, text: string, channel: Channel): Promise<number | undefined> {
  try {
    const score = await detector.score(text, channel);
    return score >= 0 && score <= 1 ? score : undefined;
  } catch {
    return undefined;
  }
}
