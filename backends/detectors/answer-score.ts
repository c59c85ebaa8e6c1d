import { asObject } from '../../lib/model/json.ts';

/** Labels by which common models name what is harmless, and what is not. */
const HARMLESS =
  /^(?:safe|benign|legit(?:imate)?|clean|ok|none|normal|harmless|negative|no[-_ ]?injection|not[-_ ]injection|label_0|0|false)$/i;
const HARMFUL =
  /inject|jailbreak|malicious|unsafe|attack|harmful|poison|exfiltrat|suspicious|^(?:positive|label_1|1|true)$/i;

/** The score from 0 to 1 an answer means, in any of the forms docs/detectors.md lists; undefined for another one. */
export function scoreOf(answer: unknown): number | undefined {
  if (Array.isArray(answer)) return ofList(answer);
  const object = asObject(answer);
  if (object === undefined) return undefined;
  if (object.results !== undefined) return ofResults(object.results);
  if (object.label !== undefined) return ofLabels([object]);
  if (object.score !== undefined) return share(object.score);
  return ofFlag(object.flagged);
}

/** What a pipeline answers of one text: its labels, or a list of one such list. */
function ofList(list: readonly unknown[]): number | undefined {
  const [first] = list;
  if (Array.isArray(first)) return list.length === 1 ? ofLabels(first) : undefined;
  return ofLabels(list);
}

function ofLabels(list: readonly unknown[]): number | undefined {
  let harmless: number | undefined;
  let harmful: number | undefined;
  for (const entry of list) {
    const { label, score } = asObject(entry) ?? {};
    const certainty = share(score);
    if (typeof label !== 'string' || certainty === undefined) return undefined;
    if (HARMLESS.test(label)) harmless = (harmless ?? 0) + certainty;
    else if (HARMFUL.test(label)) harmful = Math.max(harmful ?? 0, certainty);
    else return undefined;
  }
  // What is certain not to be harmless may be spread over several labels.
  return harmless === undefined ? harmful : Math.max(harmful ?? 0, 1 - Math.min(1, harmless));
}

/** Moderation: a flag by thresholds of its own, and the certainty for each category. */
function ofResults(results: unknown): number | undefined {
  if (!Array.isArray(results) || results.length !== 1) return undefined;
  const { flagged, category_scores } = asObject(results[0]) ?? {};
  const byFlag = ofFlag(flagged);
  if (category_scores === undefined) return byFlag;
  const categories = Object.values(asObject(category_scores) ?? { none: undefined }).map(share);
  if (categories.includes(undefined) || (flagged !== undefined && byFlag === undefined)) return undefined;
  return categories.reduce<number>((most, one) => Math.max(most, one!), byFlag ?? 0);
}

function ofFlag(flagged: unknown): number | undefined {
  if (typeof flagged !== 'boolean') return undefined;
  return flagged ? 1 : 0;
}

function share(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined;
}
