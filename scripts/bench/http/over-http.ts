import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Measure, measure } from '../measure.ts';
import { interleaved, median } from '../sampler.ts';
import { NODE, PINNED } from '../subject.ts';
import { soak } from './endurance.ts';
import { BRIDGE, type HttpSubject, peers, sallyport, start } from './subjects.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const CALLS = 2000;
const FLOOD_MS = 3000;

/** What one subject showed in one round; times in microseconds, memory in bytes. */
interface Shown {
  readonly p50: number;
  readonly p99: number;
  readonly few: number;
  readonly many: number;
  readonly resident: number;
  /** Processor time a call takes while many run. */
  readonly cpu: number;
}

/** `tools/call` over HTTP to one server on standard input and output, every subject side by side; then the soak. */
export async function overHttp(
  rounds: number,
  withPeers: boolean,
  soakSeconds: number,
  note: (text: string) => void,
): Promise<Measure[]> {
  const others = withPeers ? peers() : [];
  const subjects = [
    BRIDGE,
    sallyport('sallyport', 'legacy', 'legacy'),
    sallyport('sallyport, modern', 'modern', 'modern'),
    ...others,
  ];
  const runs = await interleaved(
    rounds,
    subjects.map(({ name }) => name),
    (name) => {
      note(`measuring ${name} …`);
      return measured(subjects.find((one) => one.name === name)!);
    },
  );
  const middle = (key: keyof Shown, scale = 1) =>
    Object.fromEntries([...runs].map(([name, all]) => [name, median(all.map((one) => one[key])) / scale]));
  const best = (values: Record<string, number>, pick: (...all: number[]) => number) =>
    others.length === 0 ? Number.NaN : pick(...others.map(({ name }) => values[name]!));
  const p50 = middle('p50');
  const p99 = middle('p99');
  const few = middle('few');
  const many = middle('many');
  const resident = middle('resident', 1e6);
  const cpu = middle('cpu');
  return [
    measure('round trip of 200 B over HTTP, p50', p50, 'µs', p50.sallyport! / best(p50, Math.min), '× best peer', 0.25),
    measure(
      'round trip of 200 B over HTTP, p99',
      p99,
      'µs',
      p99.sallyport! / best(p99, Math.min),
      '× best peer',
      undefined,
    ),
    measure('calls/s, 16 connections', few, '/s', few.sallyport! / best(few, Math.max), '× best peer', -4),
    measure('calls/s, 64 connections', many, '/s', many.sallyport! / best(many, Math.max), '× best peer', -4),
    measure(
      'processor time of a call, 64 connections',
      cpu,
      'µs',
      cpu.sallyport! / best(cpu, Math.min),
      '× best peer',
      undefined,
    ),
    measure('memory under load', resident, 'MB', resident.sallyport! / best(resident, Math.min), '× best peer', 0.5),
    ...(soakSeconds > 0 ? await soak(soakSeconds, note) : []),
  ];
}

/** The single call on one processor, as everything else that is measured in microseconds; the many on all. */
async function measured(subject: HttpSubject): Promise<Shown> {
  const [latency] = await loaded(subject, PINNED, [['latency', String(CALLS)]]);
  const [few, many] = await loaded(
    subject,
    [],
    [
      ['flood', '16', String(FLOOD_MS)],
      ['flood', '64', String(FLOOD_MS)],
    ],
  );
  return {
    p50: latency!.values.p50!,
    p99: latency!.values.p99!,
    few: few!.values.callsPerSecond!,
    many: many!.values.callsPerSecond!,
    resident: many!.resident,
    cpu: (many!.cpu * 1000) / many!.values.calls!,
  };
}

interface Load {
  readonly values: Record<string, number>;
  readonly resident: number;
  readonly cpu: number;
}

/** Puts one load after the other on a subject of their own. Throws when a call goes wrong. */
async function loaded(
  subject: HttpSubject,
  pin: readonly string[],
  loads: readonly (readonly string[])[],
): Promise<Load[]> {
  const running = await start(subject, pin);
  try {
    const results: Load[] = [];
    for (const args of loads) {
      const before = running.cpuMs();
      const [file, ...rest] = [...pin, NODE, join(HERE, 'load.js'), running.url, subject.era, ...args];
      const driver = spawn(file!, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
      const [line] = (await once(createInterface({ input: driver.stdout }), 'line')) as [string];
      const values = JSON.parse(line) as Record<string, number>;
      results.push({ values, resident: running.residentBytes(), cpu: running.cpuMs() - before });
      driver.stdin.end();
      await once(driver, 'exit');
      if (values.errors! > 0) throw new Error(`${subject.name}: ${values.errors} calls went wrong`);
    }
    return results;
  } finally {
    await running.stop();
  }
}
