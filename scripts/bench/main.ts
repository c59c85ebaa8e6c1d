/** `npm run bench`: Sallyport beside a raw Node pipe, an SDK relay and a peer from npm, in one run. */
import { cpus } from 'node:os';
import { crowds, type Measure, memory, speed, starts } from './measures.ts';
import { passthroughPeer } from './peers.ts';

const json = process.argv.includes('--json');
const quick = process.argv.includes('--quick');
const rounds = quick ? 1 : 5;
const note = (text: string) => process.stderr.write(`${text}\n`);

const peer = process.argv.includes('--no-peers') ? undefined : passthroughPeer();
const peers = peer === undefined ? [] : [peer];
const measures: Measure[] = [];
for (const [name, work] of [
  ['speed', () => speed(rounds, peers)],
  ['start', () => starts(rounds, peers)],
  ['memory', () => memory(quick ? 1 : 3)],
  ['crowds', () => crowds(quick ? 1 : 3)],
] as const) {
  note(`measuring ${name} …`);
  measures.push(...(await work()));
}

const machine = `${cpus()[0]?.model ?? 'unknown processor'} × ${cpus().length}, Node ${process.version}, ${process.platform}`;
if (json) process.stdout.write(`${JSON.stringify({ schema_version: 1, machine, rounds, measures }, null, 2)}\n`);
else report();

function report(): void {
  process.stdout.write(`${machine}; medians of ${rounds} interleaved rounds\n\n`);
  for (const { name, values, shown, goal, met } of measures) {
    const verdict = met === undefined ? '' : met ? `goal ${goal}: reached` : `goal ${goal}: NOT reached`;
    process.stdout.write(`${name}: ${shown}  ${verdict}\n`);
    for (const [subject, value] of Object.entries(values))
      process.stdout.write(`    ${subject.padEnd(22)} ${value.padStart(14)}\n`);
  }
}
