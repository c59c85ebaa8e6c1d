import { join } from 'node:path';
import { HabitFile } from '../../backends/habits/habit-file.ts';
import type { AccountProfile } from '../../lib/anomaly/account-profile.ts';
import type { ToolProfile } from '../../lib/anomaly/tool-profile.ts';
import { folders } from '../../lib/config/folders.ts';
import { usableStateDir } from '../../lib/config/state-dir.ts';
import type { AnomalyConfig, LearningProgress } from '../../lib/model/anomaly.ts';
import { systemClock } from '../../lib/model/clock.ts';
import { CommandError, columns, EXIT, print, printJson, shown } from '../output/print.ts';
import { readConfig } from '../read-config.ts';

const DAY_MS = 86_400_000;
/** A config for `wrap` has no backends, and none is asked about here. */
const ANY_BACKEND = { name: 'any', command: 'none' };

export interface AnomalyOptions {
  readonly principal?: string;
  readonly tool?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** Says what was learned of whom, how much, and since when. Learns nothing. */
export async function anomalyStatus(options: AnomalyOptions): Promise<number> {
  const { config } = await readConfig({ config: options.config, overrides: { only: ANY_BACKEND } });
  const told = withProfiles((file) => [...file.look().accounts])
    .filter(([name]) => options.principal === undefined || name === options.principal)
    .map(([name, account]) => accountReport(name, account, config.anomaly, options.tool));
  if (options.json === true) printJson({ enabled: config.anomaly !== undefined, principals: told });
  else {
    if (config.anomaly === undefined) print('Calls are not compared with those before: anomaly.enabled is false.');
    if (told.length === 0) print('Nothing was learned.');
    for (const one of told) print(accountLines(one).join('\n'));
  }
  return EXIT.ok;
}

/** Has every gateway of this user forget what was learned, within a minute. */
export function anomalyForget({ principal, tool, json }: AnomalyOptions): number {
  const forgotten = withProfiles((file) => file.forget(principal, tool));
  if (json === true) printJson({ ok: true, forgotten });
  else if (forgotten === 0) print('Nothing of the kind was learned.');
  else
    print(
      `Forgotten: ${forgotten} ${forgotten === 1 ? 'tool' : 'tools'} of callers. What is forgotten is learned anew.`,
    );
  return EXIT.ok;
}

type ToolReport = ReturnType<typeof toolReport>;

function toolReport(name: string, { calls, firstMs, lastMs, amounts, sets }: ToolProfile) {
  const most = (share: number | undefined) => (share === undefined ? null : Math.ceil(share));
  return {
    tool: name,
    calls,
    since: timeOf(firstMs),
    last: timeOf(lastMs),
    argument_sets: sets.size,
    request_bytes: most(amounts.bytesOut.quantile(0.99)),
    answer_bytes: most(amounts.bytesIn.quantile(0.99)),
    per_minute: most(amounts.perMinute.quantile(0.99)),
  };
}

function accountReport(
  name: string,
  account: AccountProfile,
  config: AnomalyConfig | undefined,
  tool: string | undefined,
) {
  const features = [...(config?.features ?? [])].sort().join(' ');
  const progress = config && account.progress(config, systemClock.now(), features);
  return {
    principal: name,
    calls: account.calls,
    since: timeOf(account.firstMs),
    learning: progress === undefined ? null : learningReport(progress),
    tools: [...account.tools]
      .filter(([id]) => tool === undefined || id === tool)
      .map(([id, profile]) => toolReport(id, profile))
      .sort((a, b) => b.calls - a.calls),
  };
}

function learningReport({ calls, callsNeeded, ms, msNeeded }: LearningProgress) {
  const days = (value: number) => Number((value / DAY_MS).toFixed(1));
  return { calls, calls_needed: callsNeeded, days: days(ms), days_needed: days(msNeeded) };
}

function accountLines({ principal, calls, since, learning, tools }: ReturnType<typeof accountReport>): string[] {
  const state =
    learning === null
      ? ''
      : `; still learning: ${learning.calls} of ${learning.calls_needed} calls, ${learning.days} of ${learning.days_needed} days, nothing is flagged yet`;
  const head = ['TOOL', 'CALLS', 'SINCE', 'REQUEST', 'ANSWER', 'A MINUTE', 'ARGUMENTS'];
  return [`${shown(principal)}: ${calls} calls since ${since}${state}`, columns([head, ...tools.map(row)])];
}

/** Sizes and pace as 99 of 100 calls have them at most. */
function row(one: ToolReport): string[] {
  const amount = (value: number | null) => (value === null ? '-' : String(value));
  return [
    shown(one.tool),
    String(one.calls),
    one.since.slice(0, 10),
    amount(one.request_bytes),
    amount(one.answer_bytes),
    amount(one.per_minute),
    String(one.argument_sets),
  ];
}

function timeOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString();
}

function withProfiles<T>(work: (file: HabitFile) => T): T {
  try {
    return work(new HabitFile(join(usableStateDir(folders()), 'habits'), () => {}));
  } catch (error) {
    throw new CommandError(`what was learned cannot be read: ${(error as Error).message}`, EXIT.unavailable);
  }
}
