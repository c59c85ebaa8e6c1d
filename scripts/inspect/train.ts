// Trains the model that judges texts: npm run train -- CORPUS.jsonl [MORE.jsonl ...] [--to FOLDER]. The same files give the same bytes.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CHANNELS } from '../../lib/model/inspection.ts';
import { type Fault, readCorpus, type Sample } from './corpus.ts';
import { FAMILIES, isOrdinary } from './groups.ts';
import { areaUnderCurve, shareAbove, thresholdFor } from './measures.ts';
import { type Judged, trained } from './training.ts';

/** Raised whenever the same texts give other weights. */
const RECIPE = 3;

const args = process.argv.slice(2);
const toAt = args.indexOf('--to');
const folder = toAt === -1 ? join('lib', 'inspect', 'linear') : args[toAt + 1]!;
const files = toAt === -1 ? args : args.filter((_, index) => index !== toAt && index !== toAt + 1);
if (files.length === 0) {
  console.error('npm run train -- CORPUS.jsonl [MORE.jsonl ...] [--to FOLDER]');
  process.exit(2);
}
const faults: Fault[] = [];
const samples = files.flatMap((file) => readCorpus(file, faults));
for (const { file, line, reason } of faults) console.error(`${file}:${line}: ${reason}; left out`);
const { weights, seeds, used, leftOut, own, heldOut } = trained(samples);
const bytes = Buffer.concat(CHANNELS.map((channel) => Buffer.from(weights[channel].values.buffer)));
const figures = figuresOf(heldOut.judged);
const facts = {
  tables: Object.fromEntries(CHANNELS.map((one) => [one, { scale: weights[one].scale, bias: weights[one].bias }])),
  calibration: heldOut.calibration,
  sha256: sha256(bytes),
  recipe: RECIPE,
  seeds,
  corpora: files.map((file) => ({ file: basename(file), sha256: sha256(readFileSync(file)) })),
  counts: { attacks: used.filter(isAttack).length, harmless: used.filter((one) => !isAttack(one)).length, own },
  sources: licencesOf(used),
  leftOut: licencesOf(leftOut),
  heldOut: figures,
};
writeFileSync(join(folder, 'weights.bin'), bytes);
writeFileSync(join(folder, 'weights.json'), `${JSON.stringify(facts, null, 2)}\n`);
console.log('the model alone, each source judged by a model that has not seen it:');
for (const [name, value] of Object.entries(figures)) console.log(`  ${name}: ${value}`);

function isAttack(sample: Sample): boolean {
  return sample.isAttack;
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function licencesOf(some: readonly Sample[]): Record<string, string> {
  const pairs = new Map(some.map(({ source, licence }) => [source, licence]));
  return Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Of the plain text alone, without views and rules. */
function figuresOf(judged: readonly Judged[]): Record<string, number> {
  const rawOf = (of: (sample: Sample) => boolean) => judged.filter(({ sample }) => of(sample)).map(({ raw }) => raw);
  const attacks = rawOf(isAttack);
  const harmless = rawOf((sample) => !sample.isAttack);
  const atOne = thresholdFor(harmless, 0.01);
  const atTenth = thresholdFor(harmless, 0.001);
  const families = Object.entries(FAMILIES).map(([name, of]) => {
    const raws = rawOf((sample) => sample.isAttack && of(sample));
    return [`recall of ${name} at 1 %`, shareAbove(raws, atOne)] as const;
  });
  const some: Record<string, number> = {
    'area under the curve': areaUnderCurve(attacks, harmless),
    'recall at 1 % false positives': shareAbove(attacks, atOne),
    'recall at 0.1 % false positives': shareAbove(attacks, atTenth),
    ...Object.fromEntries(families),
    'false positives among ordinary texts at 0.1 %': shareAbove(
      rawOf((sample) => !sample.isAttack && isOrdinary(sample)),
      atTenth,
    ),
  };
  return Object.fromEntries(Object.entries(some).map(([name, value]) => [name, Math.round(value * 10000) / 10000]));
}
