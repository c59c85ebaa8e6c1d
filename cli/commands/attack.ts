import type { Category } from '../../lib/attack/case.ts';
import { CasePins } from '../../lib/attack/case-pins.ts';
import { loadCorpus } from '../../lib/attack/load-corpus.ts';
import { type Ran, runCorpus } from '../../lib/attack/run.ts';
import { helplessLast, percent, proven, type Through, tally, throughByFix } from '../../lib/attack/tally.ts';
import { nearest } from '../../lib/config/problems.ts';
import type { Config } from '../../lib/model/config.ts';
import { CommandError, EXIT, print, printJson } from '../output/print.ts';
import { groundAlone } from '../policy/ground.ts';
import { readConfig } from '../read-config.ts';
import { attackReport, attackText } from '../views/attacked.ts';

export interface AttackOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly serve?: boolean;
  readonly category?: readonly string[];
  readonly failUnder?: string;
  readonly json?: boolean;
}

/** Puts the bundled attacks, and their harmless twins, to the config in force; nothing is started or used up. */
export async function attack(options: AttackOptions): Promise<number> {
  const { config } = await readConfig({
    config: options.config,
    overrides: { profile: options.profile, serving: options.serve },
  });
  const least = options.failUnder === undefined ? undefined : percentOf(options.failUnder);
  if (config.backends.length === 0) throw new CommandError('the config has no backends, so there is nothing to attack');
  const categories = chosen(loadCorpus(), options.category);
  const ground = await pinnedGround(config);
  const cases = categories.flatMap((category) => category.cases);
  const { ran, idle } = await runCorpus(cases, ground);
  const tallies = tally(categories, ran, idle);
  const tries: Through[] = [];
  for (const { fix, ran: open } of throughByFix(ran)) tries.push(...(await tried(fix, open, options)));
  const through = helplessLast(tries);
  const all = tallies.reduce((sum, { attacks }) => sum + attacks, 0);
  const contained = tallies.reduce((sum, one) => sum + one.contained, 0);
  const reached = percent(contained, all);
  const ok = least === undefined || reached >= least;
  if (options.json === true)
    printJson(attackReport({ ok, policy: config.revision, percent: reached, tallies, ran, through }));
  else print(attackText({ percent: reached, least, tallies, ran, through }));
  return ok ? EXIT.ok : EXIT.denied;
}

/** Makes the change for a moment and puts the same attacks to it: what is named as a remedy is one. */
async function tried(
  fix: string,
  ran: readonly Ran[],
  { config: file, profile, serve }: AttackOptions,
): Promise<Through[]> {
  const { config } = await readConfig({ config: file, overrides: { profile, serving: serve }, also: fix });
  const cases = [...new Set(ran.map((one) => one.case))];
  return proven(fix, ran, (await runCorpus(cases, await pinnedGround(config))).ran);
}

/** The policy by itself, with pins that say what a case says. */
async function pinnedGround(config: Config) {
  const pins = new CasePins();
  return { ...(await groundAlone(config, undefined, pins)), pins };
}

function chosen(categories: readonly Category[], names: readonly string[] | undefined): readonly Category[] {
  if (names === undefined) return categories;
  const known = categories.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const close = nearest(name, known);
    const help = close === undefined ? `there are: ${known.join(', ')}` : `did you mean "${close}"?`;
    throw new CommandError(`no category is called "${name}"; ${help}`);
  }
  return categories.filter(({ name }) => names.includes(name));
}

function percentOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100))
    throw new CommandError(`--fail-under "${text}": write a percentage from 0 to 100`);
  return value;
}
