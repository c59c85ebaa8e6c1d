/**
 * `npm run mutation -- FILES OR FOLDERS [--sample N] [--seed S] [--nearest N] [--write]`: changes the compiled files one
 * place at a time and prints every change that no test notices. Each is tried against the `--nearest` (12) unit and
 * property tests that reach the file by imports, and against the policy tables. `--write` puts the survivors into
 * docs/mutations.md and keeps the reasons that are there.
 */
import { parseArgs } from 'node:util';
import { compiledFiles, TestGraph } from '../test-graph.ts';
import { Checkout } from './checkout.ts';
import { type Mutant, mutantsOf, sampled } from './mutants.ts';
import { shown, writeSection } from './page.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    nearest: { type: 'string', default: '12' },
    write: { type: 'boolean', default: false },
  },
});
const TABLES = 'build/tests/policy.test.js';
const graph = new TestGraph();
const checkouts = [new Checkout(), new Checkout()];
/** Milliseconds a test takes when nothing is changed; undefined when it fails even then. */
const usual = new Map<string, Promise<number | undefined>>();

const all = compiledFiles(positionals).flatMap(mutantsOf);
const mutants = sampled(all, Number(values.sample ?? all.length), Number(values.seed));
const survivors: Mutant[] = [];
const waiting = [...mutants];
let tried = 0;
try {
  await Promise.all(checkouts.map(work));
} finally {
  for (const one of checkouts) one.remove();
}
survivors.sort((a, b) => mutants.indexOf(a) - mutants.indexOf(b));
for (const one of survivors) console.log(shown(one));
const counts = { possible: all.length, made: mutants.length, survived: survivors.length };
console.log(
  `${counts.made} of ${counts.possible} mutants made, ${counts.made - counts.survived} killed, ${counts.survived} survived`,
);
if (values.write) writeSection(positionals.join(' '), process.argv.slice(2), counts, survivors);

async function work(checkout: Checkout): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const tests = await testsFor(mutant.file, checkout);
    const survived = await checkout.with(mutant, () => survives(checkout, tests));
    if (survived) survivors.push(mutant);
    // Told at once, so that a run that is given up was not for nothing.
    tried += 1;
    process.stderr.write(`${tried}/${mutants.length} ${survived ? 'SURVIVED' : 'killed'} ${shown(mutant)}\n`);
  }
}

/** The tests to try a mutant of the file with, each with the milliseconds it takes, the quickest first. */
async function testsFor(file: string, checkout: Checkout): Promise<[test: string, ms: number][]> {
  const reaching = graph.testsOf(file);
  const tests = reaching.filter((test) => test !== TABLES).slice(0, Number(values.nearest));
  if (reaching.includes(TABLES)) tests.push(TABLES);
  const timed: [string, number][] = [];
  for (const test of tests) {
    const ms = await usualTime(checkout, test);
    if (ms !== undefined) timed.push([test, ms]);
  }
  return timed.sort(([, a], [, b]) => a - b);
}

async function survives(checkout: Checkout, tests: readonly [test: string, ms: number][]): Promise<boolean> {
  for (const [test, ms] of tests) {
    // Other work on the machine must not look like a mutant that never ends.
    if (!(await checkout.passes(test, 10_000 + 5 * ms))) return false;
  }
  return true;
}

function usualTime(checkout: Checkout, test: string): Promise<number | undefined> {
  let time = usual.get(test);
  if (time === undefined) {
    const began = performance.now();
    time = checkout.passes(test, 120_000).then((passed) => {
      if (passed) return performance.now() - began;
      process.stderr.write(`left out, it fails on its own: ${test}\n`);
      return undefined;
    });
    usual.set(test, time);
  }
  return time;
}
