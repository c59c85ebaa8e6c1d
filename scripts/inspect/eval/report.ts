import { CHANNELS } from '../../../lib/model/inspection.ts';
import type { Sample } from '../corpus.ts';
import { FAMILIES, isOrdinary } from '../groups.ts';
import { areaUnderCurve, shareAbove, thresholdFor } from '../measures.ts';

/** A text with what was said of it. */
export interface Scored {
  readonly sample: Sample;
  readonly score: number;
  /** Structural flags, which block whatever the score is. */
  readonly structural: readonly string[];
  readonly rules: readonly string[];
  readonly micros: number;
}

/** Shares from 0 to 1; `null` where there is nothing to count. */
export interface Line {
  readonly name: string;
  readonly attacks: number;
  readonly harmless: number;
  /** Of the attacks, at the threshold; a structural flag counts. */
  readonly recall: number | null;
  readonly falsePositives: number | null;
  readonly auc: number | null;
  /** At the thresholds that 1 % and 0.1 % of the harmless texts pass. */
  readonly recallAt1: number | null;
  readonly recallAt01: number | null;
}

export interface Report {
  readonly threshold: number;
  readonly overall: Line;
  /** Each with thresholds of its own. */
  readonly channels: readonly Line[];
  /** These and the following with the thresholds of the whole. */
  readonly families: readonly Line[];
  readonly kinds: readonly Line[];
  readonly sources: readonly Line[];
  /** Among harmless texts that neither talk about attacks nor instruct agents, at the threshold. */
  readonly ordinary: { readonly count: number; readonly falsePositives: number | null };
  /** How many harmless texts got a structural flag, and which. */
  readonly structural: { readonly share: number | null; readonly flags: Readonly<Record<string, number>> };
  /** Which rules found something in harmless texts, and in how many. */
  readonly rulesInHarmless: Readonly<Record<string, number>>;
  /** Microseconds for 1024 characters; a shorter text counts as that many. */
  readonly microsPerKb: { readonly p50: number; readonly p99: number };
}

export function reportOf(scored: readonly Scored[], threshold: number): Report {
  const harmless = scored.filter(({ sample }) => !sample.isAttack);
  const ofAll = marksOf(harmless);
  const line = (name: string, some: readonly Scored[], marks = ofAll) => lineOf(name, some, harmless, threshold, marks);
  const by = (key: (sample: Sample) => string) => grouped(scored, key).map(([name, some]) => line(name, some));
  const channels = grouped(scored, ({ channel }) => channel).sort(([a], [b]) => rank(a) - rank(b));
  const ordinary = harmless.filter(({ sample }) => isOrdinary(sample));
  const flagged = harmless.filter(({ structural }) => structural.length > 0);
  return {
    threshold,
    overall: line('all', scored),
    channels: channels.map(([name, some]) => {
      const own = some.filter(({ sample }) => !sample.isAttack);
      return lineOf(name, some, own, threshold, marksOf(own));
    }),
    families: Object.entries(FAMILIES).map(([name, of]) =>
      line(
        name,
        scored.filter(({ sample }) => sample.isAttack && of(sample)),
      ),
    ),
    kinds: by(({ kind, isAttack }) => `${isAttack ? 'attack' : 'harmless'}: ${kind}`),
    sources: by(({ source, isAttack }) => `${isAttack ? 'attack' : 'harmless'}: ${source}`),
    ordinary: { count: ordinary.length, falsePositives: share(ordinary, threshold) },
    structural: {
      share: harmless.length === 0 ? null : flagged.length / harmless.length,
      flags: counted(flagged, ({ structural }) => structural),
    },
    rulesInHarmless: counted(harmless, ({ rules }) => rules),
    microsPerKb: speedOf(scored),
  };
}

/** A flag blocks, so it counts as the highest of scores. */
function rankOf({ score, structural }: Scored): number {
  return structural.length > 0 ? 2 : score;
}

function lineOf(
  name: string,
  some: readonly Scored[],
  against: readonly Scored[],
  threshold: number,
  marks: readonly [number, number],
): Line {
  const attacks = some.filter(({ sample }) => sample.isAttack);
  const harmless = some.filter(({ sample }) => !sample.isAttack);
  const values = attacks.map(rankOf);
  const above = (mark: number) => (attacks.length === 0 || against.length === 0 ? null : shareAbove(values, mark));
  const auc = attacks.length === 0 || against.length === 0 ? null : areaUnderCurve(values, against.map(rankOf));
  return {
    name,
    attacks: attacks.length,
    harmless: harmless.length,
    recall: share(attacks, threshold),
    falsePositives: share(harmless, threshold),
    auc,
    recallAt1: above(marks[0]),
    recallAt01: above(marks[1]),
  };
}

function share(some: readonly Scored[], threshold: number): number | null {
  return some.length === 0 ? null : some.filter((one) => rankOf(one) >= threshold).length / some.length;
}

function marksOf(harmless: readonly Scored[]): [number, number] {
  const values = harmless.map(rankOf);
  return [thresholdFor(values, 0.01), thresholdFor(values, 0.001)];
}

function grouped(scored: readonly Scored[], key: (sample: Sample) => string): [string, Scored[]][] {
  const groups = new Map<string, Scored[]>();
  for (const one of scored) {
    const name = key(one.sample);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function rank(channel: string): number {
  const at = (CHANNELS as readonly string[]).indexOf(channel);
  return at === -1 ? CHANNELS.length : at;
}

function counted(some: readonly Scored[], names: (one: Scored) => readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const one of some) for (const name of new Set(names(one))) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
}

function speedOf(scored: readonly Scored[]): { p50: number; p99: number } {
  const each = scored
    .map(({ sample, micros }) => micros / Math.max(1, sample.text.length / 1024))
    .sort((a, b) => a - b);
  const at = (part: number) => Math.round(each[Math.floor((each.length - 1) * part)]! * 10) / 10;
  return { p50: at(0.5), p99: at(0.99) };
}
