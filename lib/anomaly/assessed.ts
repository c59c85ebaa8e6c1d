import { ANOMALY_FEATURES, type CallTraits } from '../model/anomaly.ts';
import type { AccountProfile } from './account-profile.ts';
import type { HiddenNames } from './hidden-names.ts';
import { Hours } from './hours.ts';
import type { Lesson } from './lesson.ts';
import type { Pace } from './pace.ts';
import { type Shape, shapeOf } from './shape.ts';
import { FEATURE_INDEX, type Surprises } from './surprises.ts';
import type { ToolProfile } from './tool-profile.ts';
import { UsualAmounts } from './usual-amounts.ts';

/** What a tool without any profile is compared with: nothing but what its caller does elsewhere. */
const NOTHING = new UsualAmounts();
const NO_SHAPE: Shape = { names: ['(not looked at)'], kinds: ['large'] };
const NAME_SEPARATOR = '\n';

/** A call as it was judged when it was made, until it has ended. */
export interface Assessed {
  readonly traits: Omit<CallTraits, 'args'>;
  readonly shape: Shape;
  readonly names: string;
  readonly parts: Lesson['parts'];
  readonly pace: Pace;
  readonly hour: number;
  /** By feature; -1 for one that says nothing of this call. */
  readonly scores: number[];
  /** Which argument is the most surprising one; -1 for which there are. */
  readonly part: number;
  /** Undefined while scores mean nothing yet. */
  surprises: Surprises | undefined;
}

/** Scores a call by what is known of its caller and its tool, without changing either. */
export function assess(
  { args, ...traits }: CallTraits,
  account: AccountProfile,
  tool: ToolProfile | undefined,
  pace: Pace,
  names: HiddenNames,
): Assessed {
  const shape = args === undefined ? NO_SHAPE : shapeOf(args);
  const hashed = names.of(shape.names.join(NAME_SEPARATOR));
  const parts = shape.names.map((name, at) => [names.of(name), shape.kinds[at]!] as const);
  const hour = Hours.binOf(traits.atMs);
  const all = account.amounts;
  const own = tool?.amounts ?? NOTHING;
  const { score, part } = tool?.shapeSurprise(hashed, parts) ?? { score: 0, part: -1 };
  const scores = ANOMALY_FEATURES.map(() => -1);
  scores[FEATURE_INDEX.rate] = Math.max(
    own.perMinute.excess(pace.perMinute, all.perMinute, noiseOfCounts),
    own.perHour.excess(pace.perHour, all.perHour, noiseOfCounts),
  );
  scores[FEATURE_INDEX.new_tool] = account.toolSurprise(traits.tool);
  scores[FEATURE_INDEX.arg_shape] = score;
  scores[FEATURE_INDEX.bytes_out] = own.bytesOut.excess(traits.bytes, all.bytesOut);
  scores[FEATURE_INDEX.hour] = own.hours.surprise(hour, all.hours);
  return { traits, shape, names: hashed, parts, pace, hour, scores, part, surprises: undefined };
}

/** The same for the size of the answer. */
export function replyScore(bytes: number, account: AccountProfile, tool: ToolProfile | undefined): number {
  return (tool?.amounts ?? NOTHING).bytesIn.excess(bytes, account.amounts.bytesIn);
}

/** Counts spread by chance: the fewer there are, the more, in octaves. */
function noiseOfCounts(middle: number): number {
  return Math.LOG2E / Math.sqrt(2 ** middle);
}
