// Judges texts whose label is known and says how often that was right: npm run eval -- FILE.jsonl [...], with the flags below.
import type { ByChannel, Calibration } from '../../lib/inspect/linear/calibration.ts';
import type { Weights } from '../../lib/inspect/linear/model.ts';
import { pieceOf } from '../../lib/inspect/pieces.ts';
import { assess, warmAssess } from '../../lib/inspect/score/assess.ts';
import { Judge, shippedJudge } from '../../lib/inspect/score/judge.ts';
import { channelOf, type Fault, readCorpus, type Sample } from './corpus.ts';
import { printed } from './eval/print.ts';
import { reportOf, type Scored } from './eval/report.ts';
import { heldOut } from './training.ts';

const USAGE = `npm run eval -- FILE.jsonl [MORE.jsonl ...] [--json] [--threshold 0.35] [--held-out]
  --threshold  score from which a text is flagged
  --held-out   not with the shipped weights: each source is judged by a model trained on the others`;

const { files, isJson, threshold, isHeldOut } = optionsOf(process.argv.slice(2));
const faults: Fault[] = [];
const samples = files.flatMap((file) => readCorpus(file, faults));
for (const { file, line, reason } of faults) console.error(`${file}:${line}: ${reason}; left out`);
if (samples.length === 0) fail('no line is a text with a label');

warmAssess();
const judgeOf = isHeldOut ? heldOutJudges() : () => shippedJudge();
for (const sample of samples.slice(0, 400)) judged(sample);
const report = reportOf(samples.map(judged), threshold);
console.log(isJson ? JSON.stringify({ ...report, faults }, null, 2) : printed(report));

function judged(sample: Sample): Scored {
  const channel = channelOf(sample);
  const judge = judgeOf(sample);
  const started = process.hrtime.bigint();
  const { score, structural, hits } = assess(pieceOf(sample.text), channel, '', judge);
  const micros = Number(process.hrtime.bigint() - started) / 1000;
  return { sample, score, structural: structural.map(({ rule }) => rule), rules: hits.map(({ rule }) => rule), micros };
}

function heldOutJudges(): (sample: Sample) => Judge {
  const { judged, calibration } = heldOut(samples);
  const judges = new Map<ByChannel<Weights>, Judge>();
  const weightsOf = new Map(judged.map(({ sample, weights }) => [sample, weights]));
  return (sample) => kept(judges, weightsOf.get(sample)!, calibration);
}

function kept(judges: Map<ByChannel<Weights>, Judge>, weights: ByChannel<Weights>, calibration: Calibration): Judge {
  const judge = judges.get(weights) ?? new Judge(weights, calibration);
  judges.set(weights, judge);
  return judge;
}

function optionsOf(args: readonly string[]) {
  const files: string[] = [];
  const options = { files, isJson: false, isHeldOut: false, threshold: 0.35 };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--json') options.isJson = true;
    else if (args[i] === '--held-out') options.isHeldOut = true;
    else if (args[i] === '--threshold') options.threshold = Number(args[++i]);
    else if (args[i]!.startsWith('--')) fail(USAGE);
    else files.push(args[i]!);
  }
  if (files.length === 0 || !(options.threshold >= 0 && options.threshold <= 1)) fail(USAGE);
  return options;
}

function fail(why: string): never {
  console.error(why);
  process.exit(2);
}
