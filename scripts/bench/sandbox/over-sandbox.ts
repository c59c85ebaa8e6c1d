import { mkdtempSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Measure, measure } from '../measure.ts';
import { interleaved, median } from '../sampler.ts';
import { CLI, NODE, run } from '../subject.ts';
import { familyOf, megabytes, nameOf, processorMs } from './family.ts';
import { Gateway } from './gateway.ts';
import { CUT_OFF, configOf, FORWARDED, LIMITED, OFF, PROXIED, SERVERS, VARIANTS } from './variants.ts';

const STARTS = 25;
const CROWD = 8;
const CALLS = 5000;
/** Most milliseconds a start may take longer. */
const GOALS: readonly (readonly [variant: string, ms: number | undefined])[] = [
  [LIMITED, undefined],
  [CUT_OFF, 20],
  [PROXIED, 60],
  [FORWARDED, 60],
];

interface Start {
  readonly wall: number;
  readonly processor: number;
}

/** What a sandbox costs: at the start, in memory, and for a call (Linux with bwrap). */
export async function overSandbox(rounds: number, quick: boolean, note: (text: string) => void): Promise<Measure[]> {
  // Not below /tmp, of which each sandbox has its own.
  const folder = mkdtempSync(join(homedir(), '.sallyport-bench-'));
  try {
    note('measuring starts …');
    const measures = [];
    for (const server of Object.keys(SERVERS)) measures.push(...(await starts(folder, server, quick ? 5 : STARTS)));
    note('measuring memory …');
    measures.push(...(await memory(folder, quick ? 1 : 3)));
    note('measuring calls …');
    measures.push(await calls(folder, rounds));
    return measures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every start is compared with the one without a sandbox of the same round. */
async function starts(folder: string, server: string, rounds: number): Promise<Measure[]> {
  // What works is found out once for a machine, and programs are read from its memory.
  await interleaved(1, VARIANTS, (variant) => start(folder, variant, server));
  const runs = await interleaved(rounds, VARIANTS, (variant) => start(folder, variant, server));
  const without = runs.get(OFF)!;
  return GOALS.map(([variant, goal]) => {
    const all = runs.get(variant)!;
    const more = (key: keyof Start) => median(all.map((one, round) => one[key] - without[round]![key]));
    const values = {
      [OFF]: median(without.map(({ wall }) => wall)),
      [variant]: median(all.map(({ wall }) => wall)),
      'processor, more': more('processor'),
    };
    return measure(`start of a ${server} server, ${variant}`, values, 'ms', more('wall'), 'ms more', goal);
  });
}

async function start(folder: string, variant: string, server: string): Promise<Start> {
  const command = ['wrap', '--config', configOf(folder, variant), '--', ...SERVERS[server]!];
  const { gateway, ms } = await Gateway.start(command, folder);
  const processor = processorMs(familyOf(gateway.pid));
  await gateway.end();
  return { wall: ms, processor };
}

/** What each of several backends adds: its processes of bwrap, and what the gateway grows by. */
async function memory(folder: string, rounds: number): Promise<Measure[]> {
  const variants = [OFF, CUT_OFF, FORWARDED];
  const runs = await interleaved(rounds, variants, async (variant) => {
    const { gateway } = await Gateway.start(['run', '--config', configOf(folder, variant, CROWD)], folder);
    await gateway.ask('tools/list', {});
    const around = familyOf(gateway.pid).filter((pid) => nameOf(pid) === 'bwrap');
    const expected = variant === OFF ? 0 : 2 * CROWD;
    if (around.length !== expected) throw new Error(`${around.length} processes of bwrap, not ${expected}`);
    const held = { around: megabytes(around) / CROWD, own: megabytes([gateway.pid]) };
    await gateway.end();
    return held;
  });
  const around = Object.fromEntries([...runs].map(([name, all]) => [name, median(all.map((one) => one.around))]));
  const own = Object.fromEntries([...runs].map(([name, all]) => [name, median(all.map((one) => one.own))]));
  const each = (variant: string) => around[variant]! + (own[variant]! - own[OFF]!) / CROWD;
  return [
    measure(`memory of each of ${CROWD}, no network`, around, 'MB', each(CUT_OFF), 'MB more', 5),
    measure(`memory of each of ${CROWD}, proxy and 3 hosts`, own, 'MB', each(FORWARDED), 'MB more', undefined),
  ];
}

async function calls(folder: string, rounds: number): Promise<Measure> {
  const runs = await interleaved(rounds, [OFF, CUT_OFF, FORWARDED], async (variant) => {
    const command = [NODE, CLI, 'wrap', '--config', configOf(folder, variant), '--', ...SERVERS['Node']!];
    return (await run(command, { mode: 'latency', count: CALLS, pinned: true })).values['p50']!;
  });
  const p50 = Object.fromEntries([...runs].map(([name, all]) => [name, median(all)]));
  const ratio = median(runs.get(CUT_OFF)!.map((one, round) => one / runs.get(OFF)![round]!));
  return measure('round trip of a call, p50', p50, 'µs', ratio, '× no sandbox', 1.05);
}
