import type { Json } from './json.ts';
import type { Later } from './later.ts';

/** What of a call is compared with those before it. */
export type AnomalyFeature = 'rate' | 'new_tool' | 'arg_shape' | 'bytes_out' | 'bytes_in' | 'hour';

export const ANOMALY_FEATURES: readonly AnomalyFeature[] = [
  'rate',
  'new_tool',
  'arg_shape',
  'bytes_out',
  'bytes_in',
  'hour',
];

export type AnomalyAction = 'flag' | 'require_approval' | 'deny';

/** How calls are judged that are unlike those a caller has made before. */
export interface AnomalyConfig {
  /** Nothing is flagged before a caller has been known for so long. */
  readonly learnMs: number;
  /** Nor before it has made so many calls; a small share of false positives needs more. */
  readonly minCalls: number;
  readonly features: readonly AnomalyFeature[];
  readonly action: AnomalyAction;
  /** The share of calls, 0 to 1, that may be flagged although nothing has changed. */
  readonly falsePositives: number;
  /** `file:line` of what says what is done. */
  readonly source: string;
}

/** What a call shows of itself. `args` are looked at and not kept. */
export interface CallTraits {
  /** Decision id of the call. */
  readonly id: string;
  /** Whose call it is: `accountOf` of its principal. */
  readonly account: string;
  /** `backend/tool`, or `backend/method` for what is no tool. */
  readonly tool: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Bytes of the request. */
  readonly bytes: number;
  /** Undefined for arguments too large to be looked at. */
  readonly args: Json | undefined;
}

/** How far the learning of one caller has come. */
export interface LearningProgress {
  readonly calls: number;
  readonly callsNeeded: number;
  readonly ms: number;
  readonly msNeeded: number;
}

/** Why a call is unlike those before it, as one sentence of it says. */
export interface Unusual {
  readonly feature: AnomalyFeature;
  /** How surprising, as the negative decimal logarithm of how often it is expected. */
  readonly score: number;
  /** Share of earlier calls that were as surprising as this one, counted with this one. */
  readonly chance: number;
  readonly usual: string;
  readonly seen: string;
}

/** Without members: nothing is unusual. */
export interface Assessment {
  /** Too little is known to say; told to those who only look. */
  readonly learning?: LearningProgress | undefined;
  readonly unusual?: Unusual | undefined;
}

/** What is usual of each caller and tool, as far as it was learned. */
export interface Habits {
  /** Judges a call that is about to be made, and counts it; the same call is judged once. */
  call(traits: CallTraits): Assessment;
  /** Judges the size of its answer together with it. */
  reply(id: string, bytes: number): Assessment;
  /** Learns from a call that was made; `replyBytes` is 0 where none came. Must hear of every call. */
  ended(id: string, made: boolean, replyBytes: number): void;
}

/** `look` for those who only want to know: nothing is counted and learned. */
export type HabitsUse = 'learn' | 'look';

/**
 * What is told of it: `anomaly` a call is unlike those before it, `anomaly_learned` enough is known of a caller,
 * `anomaly_learning` nothing was known when it began, the others that profiles are gone or not on disk.
 */
export type HabitEvent =
  | 'anomaly'
  | 'anomaly_learned'
  | 'anomaly_learning'
  | 'anomaly_forgotten'
  | 'anomaly_profiles_lost'
  | 'anomaly_profiles_not_kept';

export type TellHabits = (event: HabitEvent, fields: Readonly<Record<string, unknown>>) => void;

export interface HabitsSource {
  /** What was learned, seen with these settings. It stays one memory, whoever opens it. */
  open(config: AnomalyConfig, use: HabitsUse): Later<Habits>;
}

export const NO_HABITS: HabitsSource = {
  open: () => ({ call: () => ({}), reply: () => ({}), ended: () => {} }),
};
