import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { besideBigFrames } from './beside.ts';
import { type Measure, measure } from './measure.ts';
import { interleaved, median } from './sampler.ts';
import {
  CLI,
  DIRECT,
  ECHO,
  NODE,
  PIPE,
  RESPONDER,
  type Run,
  type RunOptions,
  run,
  SALLYPORT,
  SDK,
  type Subject,
} from './subject.ts';

const server = (bytes: number, mode?: string) => [NODE, ECHO, String(bytes), ...(mode === undefined ? [] : [mode])];

/** Latency, throughput and big results: every subject side by side. */
export async function speed(rounds: number, peers: readonly Subject[]): Promise<Measure[]> {
  const all = [DIRECT, PIPE, SALLYPORT, SDK, ...peers];
  const small = await withoutLog((unlogged) =>
    each(rounds, [...all, unlogged], 150, { mode: 'latency', count: 10_000, pinned: true }),
  );
  const flood = await each(rounds, [PIPE, SALLYPORT, SDK, ...peers], 150, { mode: 'flood', count: 40_000 });
  const others = await each(rounds, [PIPE, SALLYPORT, SDK, ...peers], 150, {
    mode: 'flood',
    count: 40_000,
    varied: true,
  });
  const big = await each(rounds, all, 1_000_000, { mode: 'latency', count: 100, pinned: true });
  const other = await each(
    rounds,
    [PIPE, SALLYPORT],
    1_000_000,
    { mode: 'latency', count: 100, pinned: true },
    'other',
  );
  const p50 = middle(small, 'p50');
  const p99 = middle(small, 'p99');
  const calls = middle(flood, 'callsPerSecond');
  const callsOfOthers = middle(others, 'callsPerSecond');
  const large = middle(big, 'p50');
  const unknown = middle(other, 'p50');
  return [
    measure('round trip of 200 B, p50', p50, 'µs', p50.sallyport! / p50['raw Node pipe']!, '× raw pipe', 1.6),
    measure('round trip of 200 B, p99', p99, 'µs', p99.sallyport! / p99['raw Node pipe']!, '× raw pipe', undefined),
    measure('calls/s, 64 in flight', calls, '/s', calls.sallyport! / calls['SDK relay']!, '× SDK relay', -4),
    measure(
      'calls/s, 64 in flight, other texts each time',
      callsOfOthers,
      '/s',
      callsOfOthers.sallyport! / callsOfOthers['SDK relay']!,
      '× SDK relay',
      -4,
    ),
    measure('result of 1 MB, p50', large, 'µs', large.sallyport! / large['raw Node pipe']!, '× raw pipe', 3),
    measure(
      'result of 1 MB, another each time, p50',
      unknown,
      'µs',
      unknown.sallyport! / unknown['raw Node pipe']!,
      '× raw pipe',
      undefined,
    ),
  ];
}

/** Shows what the audit log costs. */
async function withoutLog<T>(work: (unlogged: Subject) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const config = join(folder, 'no-log.yaml');
  writeFileSync(config, 'version: 1\naudit: { enabled: false }\n');
  try {
    return await work({
      name: 'sallyport, no log',
      command: (server) => [NODE, CLI, 'wrap', '--config', config, '--', ...server],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * From the start of the process to the answer of `initialize`, with a server that answers at once: starts on a machine where
 * it ran before, and the first one, which finds nothing kept.
 */
export async function starts(rounds: number, peers: readonly Subject[]): Promise<Measure[]> {
  const bare: Subject = { name: 'bare Node', command: () => [NODE, '-e', BARE] };
  const subjects = [bare, PIPE, SALLYPORT, SDK, ...peers];
  const later = await withKeptStarts((stateHome) => startsOf(rounds, subjects, { stateHome }));
  const first = await startsOf(rounds, [bare, SALLYPORT], {});
  const ratio = (ms: Record<string, number>) => ms.sallyport! / ms['bare Node']!;
  return [
    measure('start to initialize result', later, 'ms', ratio(later), '× bare Node', 2),
    measure('the first start, nothing kept', first, 'ms', ratio(first), '× bare Node', undefined),
  ];
}

async function startsOf(
  rounds: number,
  subjects: readonly Subject[],
  options: Pick<RunOptions, 'stateHome'>,
): Promise<Record<string, number>> {
  const runs = await interleaved(
    rounds * 3,
    subjects.map(({ name }) => name),
    (name) => {
      const subject = subjects.find((one) => one.name === name)!;
      return run(subject.command(['/bin/sh', RESPONDER]), { mode: 'start', count: 0, ...options });
    },
  );
  return middle(runs, 'startMs');
}

/** A folder in which one start has kept what the next ones use. */
async function withKeptStarts<T>(work: (stateHome: string) => Promise<T>): Promise<T> {
  const stateHome = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  try {
    const command = SALLYPORT.command(['/bin/sh', RESPONDER]);
    await run(command, { mode: 'start', count: 0, idleMs: KEEPING_MS, stateHome });
    return await work(stateHome);
  } finally {
    rmSync(stateHome, { recursive: true, force: true });
  }
}

/** What a start keeps is written when nobody waits any more. */
const KEEPING_MS = 3000;

/** What it holds: idle, and with a client that reads slowly. */
export async function memory(rounds: number): Promise<Measure[]> {
  const idle = await each(rounds, [PIPE, SALLYPORT, SDK], 150, { mode: 'start', count: 0, idleMs: 3000 });
  const slow = await each(1, [PIPE, SALLYPORT, SDK], 1_000_000, { mode: 'slow', count: 64 });
  const resident = memoryOf(idle, 'residentBytes');
  const peak = memoryOf(slow, 'peakBytes');
  return [
    measure('memory, idle', resident, 'MB', resident.sallyport!, 'MB', 50),
    measure('peak memory, slow reader, 64 × 1 MB', peak, 'MB', peak.sallyport!, 'MB', 120),
  ];
}

/** Fifty backends against one, and a small call beside big frames. */
export async function crowds(rounds: number): Promise<Measure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  try {
    const one = configFor(folder, 'one.yaml', 1);
    const fifty = configFor(folder, 'fifty.yaml', 50);
    const runs = await interleaved(rounds, ['1 backend', '50 backends'], (name) => {
      const [config, tool] = name === '1 backend' ? [one, 'echo'] : [fifty, 'b0__echo'];
      return run([NODE, CLI, 'run', '--config', config], { mode: 'latency', count: 5000, pinned: true, tool });
    });
    const p50 = middle(runs, 'p50');
    const p99 = await besideBigFrames(folder);
    return [
      measure('p50 with 50 backends', p50, 'µs', p50['50 backends']! / p50['1 backend']!, '× one backend', 1.15),
      measure('small call beside 8 MB frames, p99', { sallyport: p99 }, 'ms', p99, 'ms', 15),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Answers one line in a process with nothing in it: what Node itself needs to start. */
const BARE = `process.stdin.once("data", () => process.stdout.write("{}\\n"))`;

function each(
  rounds: number,
  subjects: readonly Subject[],
  bytes: number,
  options: RunOptions,
  mode?: string,
): Promise<Map<string, Run[]>> {
  return interleaved(
    rounds,
    subjects.map(({ name }) => name),
    (name) => {
      const subject = subjects.find((one) => one.name === name)!;
      return run(subject.command(server(bytes, mode ?? (options.varied === true ? 'varied' : undefined))), options);
    },
  );
}

function middle(runs: ReadonlyMap<string, readonly Run[]>, key: string): Record<string, number> {
  return Object.fromEntries([...runs].map(([name, all]) => [name, median(all.map(({ values }) => values[key]!))]));
}

function memoryOf(
  runs: ReadonlyMap<string, readonly Run[]>,
  key: 'residentBytes' | 'peakBytes',
): Record<string, number> {
  return Object.fromEntries(
    [...runs].map(([name, all]) => [name, median(all.map((one) => (one[key] ?? Number.NaN) / 1e6))]),
  );
}

/** One echo server and as many shells as are wanted beside it. */
function configFor(folder: string, file: string, count: number): string {
  const backends = [`  - ${JSON.stringify({ name: 'b0', command: NODE, args: [ECHO, '150'] })}\n`];
  for (let i = 1; i < count; i++)
    backends.push(`  - ${JSON.stringify({ name: `b${i}`, command: '/bin/sh', args: [RESPONDER] })}\n`);
  writeFileSync(join(folder, file), `version: 1\nbackends:\n${backends.join('')}`);
  return join(folder, file);
}
