import { ANOMALY_FEATURES, type AnomalyAction, type AnomalyConfig, type AnomalyFeature } from '../../model/anomaly.ts';
import type { Reading } from '../files/reading.ts';
import { parsePercent } from '../words/percent.ts';
import { parseDuration } from '../words/units.ts';
import { either, least, shorter } from './stricter.ts';

const ACTIONS: readonly AnomalyAction[] = ['flag', 'require_approval', 'deny'];
/** Answers and hours say less than the others, and each that is compared costs the others some of their edge. */
const USUAL: readonly AnomalyFeature[] = ['rate', 'new_tool', 'arg_shape', 'bytes_out'];

/** How calls are judged that are unlike those before. A later layer may only have more of them judged, sooner and harder. */
export function resolveAnomaly(reading: Reading, from: string): AnomalyConfig | undefined {
  const value = <T>(key: string, fallback: T, stricter: (earlier: T, later: T) => T): T =>
    reading.value(['anomaly', key], fallback, from, stricter);
  const isOn = value('enabled', false, either);
  const learn = value('learn', '7d', shorter);
  const minCalls = value('min_calls', 500, least);
  const features = value<readonly AnomalyFeature[]>('features', USUAL, (a, b) => [...new Set([...a, ...b])]);
  const falsePositives = value('false_positives', '0.1%', (a, b) => (parsePercent(a)! >= parsePercent(b)! ? a : b));
  const action = value<AnomalyAction>('action', 'flag', (a, b) => (ACTIONS.indexOf(a) > ACTIONS.indexOf(b) ? a : b));
  const source = reading.settings.at(-1)!.origin;
  if (!isOn) return undefined;
  return {
    learnMs: parseDuration(learn)!,
    minCalls,
    features: ANOMALY_FEATURES.filter((feature) => features.includes(feature)),
    action,
    falsePositives: parsePercent(falsePositives)!,
    source,
  };
}
