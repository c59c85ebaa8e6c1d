import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Case, casesIn } from '../../lib/authoring/case-file.ts';
import type { Coverage } from '../../lib/authoring/coverage.ts';
import { type Failure, runCases } from '../../lib/authoring/run-cases.ts';
import { configFiles } from '../../lib/config/files/choose.ts';
import { readSource } from '../../lib/config/files/source.ts';
import { folders } from '../../lib/config/folders.ts';
import { ConfigError, inOrder, type Problem } from '../../lib/config/problems.ts';
import type { Config } from '../../lib/model/config.ts';
import { CommandError, EXIT, print, printJson, readText, shown } from '../output/print.ts';
import { groundAlone } from '../policy/ground.ts';
import { readLiveTools } from '../policy/live-tools.ts';
import { readConfig } from '../read-config.ts';

export interface TestOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly serve?: boolean;
  readonly live?: boolean;
  readonly coverage?: boolean;
  readonly minCoverage?: string;
  readonly json?: boolean;
}

const BESIDE = 'sallyport.test.yaml';

/** Runs tables of calls and expected decisions against the policy; exit code 3 when one fails. */
export async function test(files: readonly string[], options: TestOptions): Promise<number> {
  const { config } = await readConfig({
    config: options.config,
    overrides: { profile: options.profile, serving: options.serve },
  });
  const paths = files.length > 0 ? files.flatMap(tablesOf) : [besideOf(options.config)];
  const cases = await withShapes(readCases(paths, config), options);
  const run = await runCases(cases, (at) => groundAlone(config, at));
  const least = options.minCoverage === undefined ? undefined : percentOf(options.minCoverage);
  const percent = share(run.coverage.rules);
  const covered = least === undefined || percent >= least;
  const ok = run.failures.length === 0 && covered;
  const tellsCoverage = options.coverage === true || least !== undefined;
  if (options.json === true) {
    printJson({
      ok,
      passed: run.passed,
      failed: run.failures.length,
      failures: run.failures.map(failureOf),
      ...(tellsCoverage ? { coverage: coverageOf(run.coverage) } : {}),
    });
  } else {
    for (const failure of run.failures) print(failureText(failure));
    if (tellsCoverage) print(coverageText(run.coverage));
    if (!covered) print(`too little: ${percent} % of the rules are met, ${least} % are asked for`);
    print(`${run.passed} passed, ${run.failures.length} failed`);
  }
  return ok ? EXIT.ok : EXIT.denied;
}

/** Files as given; a folder stands for the tables in it. */
function tablesOf(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const found = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
  if (found.length === 0) throw new CommandError(`${path} holds no .yaml file`);
  return found.sort().map((name) => join(path, name));
}

/** The table that stands beside the config. */
function besideOf(flag: string | undefined): string {
  const files = configFiles({ flag, env: process.env, folders: folders(), project: true });
  const own = files.find(({ kind }) => kind !== 'managed');
  const file = join(own === undefined ? '.' : dirname(own.path), BESIDE);
  if (!existsSync(file)) throw new CommandError(`${file} does not exist; name a file of cases`);
  return file;
}

/** The cases of all files; throws with every fault in any of them. */
function readCases(paths: readonly string[], config: Config): Case[] {
  const names = config.backends.map(({ name }) => name);
  const variables = { PROJECT_DIR: config.projectDir, HOME: config.homeDir };
  const read = paths.map((path) => casesIn(readSource(path, readText(path), variables), names));
  const problems: Problem[] = read.flatMap((one) => one.problems);
  if (problems.length > 0) throw new ConfigError(inOrder(problems));
  const cases = read.flatMap((one) => one.cases);
  if (cases.length === 0) throw new CommandError(`${paths.join(' and ')}: there is no case, so nothing was tested`);
  return cases;
}

/** With `--live`, every tool as its own server describes it; a case that says it itself is left as it is. */
async function withShapes(cases: Case[], { live, config }: TestOptions): Promise<Case[]> {
  if (live !== true) return cases;
  const tools = await readLiveTools(config, new Set(cases.map(({ asked }) => asked.backend)));
  return cases.map((one) => {
    const { type, backend, id, shape } = one.asked;
    if (type !== 'tool' || shape !== undefined) return one;
    return { ...one, asked: { ...one.asked, shape: tools.get(backend)?.get(id) } };
  });
}

function failureOf({ case: one, got }: Failure) {
  const { where, note, asked, expect, code, rule } = one;
  return { where, note, call: `${asked.backend}/${asked.id}`, expected: { decision: expect, code, rule }, got };
}

function failureText(failure: Failure): string {
  const { where, note, call, expected, got } = failureOf(failure);
  const wanted = [expected.decision, expected.code, expected.rule].filter((part) => part !== undefined);
  const seen = [got.effect, got.code, got.rule === undefined ? undefined : `${got.rule} (${got.source ?? '?'})`];
  return [
    `FAIL ${shown(where)}  ${shown(note ?? call, 300)}`,
    `  call      ${shown(call, 300)}`,
    `  expected  ${shown(wanted.join('  '), 600)}`,
    `  got       ${shown(seen.filter((part) => part !== undefined).join('  '), 600)}`,
  ].join('\n');
}

/** Whole percent, rounded down: 100 means all. */
function share({ all, missed }: { readonly all: number; readonly missed: readonly unknown[] }): number {
  return all === 0 ? 100 : Math.floor((100 * (all - missed.length)) / all);
}

function coverageOf({ rules, tools }: Coverage) {
  return {
    rules: {
      percent: share(rules),
      all: rules.all,
      missed: rules.missed.map(({ rule, source }) => ({ rule, source })),
    },
    tools: { percent: share(tools), all: tools.all, missed: tools.missed },
  };
}

function coverageText(coverage: Coverage): string {
  const { rules, tools } = coverageOf(coverage);
  return [
    `rules  ${rules.percent} % of ${rules.all}`,
    ...rules.missed.map(({ rule, source }) => `  not met     ${shown(rule, 300)} (${shown(source, 300)})`),
    `tools  ${tools.percent} % of ${tools.all}`,
    ...tools.missed.map((tool) => `  not called  ${shown(tool, 300)}`),
  ].join('\n');
}

function percentOf(text: string): number {
  const percent = Number(text);
  if (text.trim() === '' || !(percent >= 0 && percent <= 100))
    throw new CommandError(`--min-coverage "${text}": write a percentage from 0 to 100`);
  return percent;
}
