/**
 * `npm run coverage -- [FOLDERS OR FILES] [--least PERCENT] [--show]`: which branches of lib/policy, lib/checks and lib/parse no
 * unit, property, policy-table or day test takes. Ends with 1 when fewer are taken than `--least` asks (100). `--show` prints the
 * code of each.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { MergedCoverage, type ScriptCoverage } from './coverage/merged.ts';
import { SourceLines } from './source-lines.ts';
import { compiledFiles, TestGraph } from './test-graph.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { least: { type: 'string', default: '100' }, show: { type: 'boolean', default: false } },
});
const named = positionals.length > 0 ? positionals : ['lib/policy', 'lib/checks', 'lib/parse'];
// A file of nothing but types is never loaded.
const files = new Map(
  compiledFiles(named)
    .map((file) => [file, readFileSync(file, 'utf8')] as const)
    .filter(([, text]) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').trim() !== 'export {};'),
);
const merged = new Map([...files].map(([file, text]) => [file, new MergedCoverage(text)]));

const folder = mkdtempSync(join(tmpdir(), 'sallyport-coverage-'));
try {
  runTests();
  for (const name of readdirSync(folder)) readReport(join(folder, name));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = print() >= Number(values.least) ? 0 : 1;

function runTests(): void {
  const graph = new TestGraph();
  const tests = [...new Set([...files.keys()].flatMap((file) => graph.testsOf(file)))].sort();
  const threads = pathToFileURL(resolve('build/scripts/coverage/threads.js')).href;
  const run = spawnSync(process.execPath, ['--test', '--test-timeout=300000', '--test-reporter=tap', ...tests], {
    env: { ...process.env, NODE_V8_COVERAGE: folder, NODE_OPTIONS: `--import=${threads}` },
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const failed = run.stdout.split('\n').filter((line) => line.startsWith('not ok'));
  process.stderr.write(`${tests.length} test files, ${readdirSync(folder).length} reports, ${failed.length} failed\n`);
  for (const line of failed) process.stderr.write(`${line}\n`);
}

function readReport(path: string): void {
  const byUrl = new Map([...merged].map(([file, one]) => [pathToFileURL(resolve(file)).href, one]));
  const { result } = JSON.parse(readFileSync(path, 'utf8')) as { readonly result: readonly ScriptCoverage[] };
  for (const script of result) byUrl.get(script.url)?.add(script);
}

/** Returns the percentage of all branches that ran. */
function print(): number {
  let all = 0;
  let taken = 0;
  for (const [file, one] of merged) {
    const branches = one.loaded ? one.branches.length : 1;
    const missed = one.loaded ? one.missed.length : 1;
    all += branches;
    taken += branches - missed;
    const lines = one.loaded ? missedLines(file, one) : 'never loaded';
    const source = file.replace(/^build\//, '').replace(/\.js$/, '.ts');
    console.log(`${source.padEnd(40)} ${`${branches - missed}/${branches}`.padStart(9)}  ${lines}`);
  }
  const percent = (100 * taken) / all;
  console.log(`${named.join(' ').padEnd(40)} ${`${taken}/${all}`.padStart(9)}  ${percent.toFixed(2)} %`);
  return percent;
}

function missedLines(file: string, one: MergedCoverage): string {
  const lines = new SourceLines(file, files.get(file)!);
  const spans = one.missed.map(({ start, end }) => [lines.at(start), lines.at(end - 1)] as const);
  const texts = spans.sort(([a], [b]) => a - b).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  if (values.show) {
    const codes = one.missed.map(
      ({ start, end }) =>
        `${lines.at(start)}: ${files.get(file)!.slice(start, end).replace(/\s+/g, ' ').slice(0, 100)}`,
    );
    texts.push(...codes.map((code) => `\n    ${code}`));
  }
  return [...new Set(texts)].join(', ');
}
