import { type FlipGroup, grouped, type Replay, replay, type Unknown } from '../../lib/authoring/replay.ts';
import { type Mask, maskValue } from '../../lib/model/mask.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { callsOf, type LogOptions, shapesFor } from '../audit/recorded-log.ts';
import { maskFor } from '../output/known-secrets.ts';
import { EXIT, print, printJson, shown } from '../output/print.ts';
import { groundAlone } from '../policy/ground.ts';
import { readConfig } from '../read-config.ts';

export interface SimulateOptions extends LogOptions {
  readonly policy?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly serve?: boolean;
  readonly live?: boolean;
  readonly failOnChange?: boolean;
  readonly json?: boolean;
}

/** Puts recorded calls to another policy and says which decisions change. */
export async function simulate(options: SimulateOptions): Promise<number> {
  const calls = await callsOf(options);
  const file = options.policy ?? options.config;
  const { config } = await readConfig({
    config: file,
    // A policy that was named is judged by itself: it may be what is to take the place of the one of the project.
    project: options.policy === undefined ? undefined : false,
    overrides: { profile: options.profile, serving: options.serve },
  });
  const shapes = await shapesFor(calls, {
    ...(options.live === true ? { live: true } : {}),
    ...(file === undefined ? {} : { config: file }),
  });
  const replayed = await replay(calls, await groundAlone(config), shapes);
  const groups = grouped(replayed.flips);
  const values = process.stdout.isTTY === true ? maskFor(config.secrets) : undefined;
  if (options.json === true) {
    printJson({
      policy: config.revision,
      calls: calls.length,
      same: replayed.same,
      changed: replayed.flips.length,
      unknown: replayed.unknown.length,
      changes: groups.map((group) => changeOf(group, values)),
      not_known: [...reasonsOf(replayed.unknown)].map(([why, all]) => ({
        why,
        count: all.length,
        ids: all.map(({ call }) => call.id),
      })),
    });
  } else print(textOf(replayed, groups, values).join('\n'));
  return options.failOnChange === true && replayed.flips.length > 0 ? EXIT.denied : EXIT.ok;
}

function changeOf({ example, ...group }: FlipGroup, values: Mask | undefined) {
  const { id, ts, asked } = example;
  return { ...group, example: { id, ts, ...(values === undefined ? {} : { args: maskValue(asked?.args, values) }) } };
}

function textOf({ same, flips, unknown }: Replay, groups: readonly FlipGroup[], values: Mask | undefined): string[] {
  const lines = [`${same} calls are decided the same, ${flips.length} change, ${unknown.length} are not known`];
  for (const group of groups) {
    const { from, to, resource, count, code, rule, source, example } = changeOf(group, values);
    lines.push(`${from} -> ${to}  ${shown(resource, 300)}  ${count} x`);
    const why = [code, rule === undefined ? undefined : `${rule}${source === undefined ? '' : ` (${source})`}`];
    const given = why.filter((part) => part !== undefined).join('  ');
    if (given !== '') lines.push(`  ${to === 'allow' ? 'before ' : 'because'}  ${shown(given, 600)}`);
    lines.push(`  example  ${shown(`${example.ts}  ${example.id}`)}`);
    if ('args' in example) lines.push(`           ${shown(safeJson(example.args), 300)}`);
  }
  for (const [why, all] of reasonsOf(unknown)) {
    lines.push(`not known: ${all.length} x ${why}`);
    const tools = new Map<string, number>();
    for (const { call } of all) tools.set(call.resource, (tools.get(call.resource) ?? 0) + 1);
    for (const [tool, count] of tools) lines.push(`  ${shown(tool, 300)}  ${count} x`);
  }
  return lines;
}

function reasonsOf(unknown: readonly Unknown[]): Map<string, Unknown[]> {
  const reasons = new Map<string, Unknown[]>();
  for (const one of unknown) reasons.set(one.why, [...(reasons.get(one.why) ?? []), one]);
  return reasons;
}
