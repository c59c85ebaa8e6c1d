import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CallMeter } from '../../lib/metrics/call-meter.ts';
import { Exposition } from '../../lib/metrics/exposition.ts';
import { KnownNames } from '../../lib/metrics/known-names.ts';
import type { Done } from '../../lib/model/audit.ts';
import type { Call } from '../../lib/model/call.ts';
import { systemClock } from '../../lib/model/clock.ts';
import type { Decision } from '../../lib/model/decision.ts';
import { Describe } from '../../lib/tracing/attributes.ts';
import { CallTracer } from '../../lib/tracing/call-tracer.ts';
import type { SpanSink } from '../../lib/tracing/span-sink.ts';
import { Payload } from '../../lib/wire/payload.ts';
import { type Measure, measure } from './measure.ts';
import { interleaved, median } from './sampler.ts';
import { CLI, ECHO, NODE, run } from './subject.ts';

const CALLS = 300_000;
const ROUNDS = 7;
const ALLOWED = { effect: 'allow' } as Decision;
const DONE: Done = { outcome: 'ok', bytes: 200, decision: undefined, code: undefined, ms: 1.2, targetMs: 1 };

/** Ten backends with a hundred tools each, used by ten clients. */
function calls(): Call[] {
  return Array.from({ length: 10_000 }, (_, at) => {
    const resource = { backend: `backend-${at % 10}`, type: 'tool', id: `tool-${Math.floor(at / 10) % 100}` };
    const principal = {
      subject: 'u',
      clientId: `client-${Math.floor(at / 1000)}`,
      roles: [],
      proof: 'api-key',
      agent: '',
    };
    const facts = { size: 200, inFlight: 0, openQuestions: 0, structured: false };
    return {
      id: `call-${at}`,
      direction: 'to-backend',
      action: 'tools/call',
      resource,
      principal,
      facts,
    } as unknown as Call;
  });
}

function meterOf(all: readonly Call[]): CallMeter {
  const tools = new Map<string, string[]>();
  for (const { resource } of all)
    tools.set(resource.backend, [...new Set([...(tools.get(resource.backend) ?? []), resource.id])]);
  return new CallMeter(new KnownNames({ backends: [...tools.keys()], tools, clients: [], isPinned: () => false }));
}

/** The middle of several rounds, in microseconds for one. */
function perCall(work: () => void, times: number): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const from = process.cpuUsage();
    work();
    return process.cpuUsage(from).user / times;
  });
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}

const SINK: SpanSink = {
  samples: () => true,
  put: () => {},
  counts: { sent: 0, dropped: 0, failed: 0, queued: 0 },
  close: async () => {},
};
const TELEMETRY = {
  enabled: true,
  otlpEndpoint: '',
  sample: 1,
  propagate: true,
  captureArguments: false,
  allowBaggage: false,
  trustCallers: false,
  metrics: false,
};

/**
 * What metrics and traces cost: counting a call, its trace, and a scrape of ten thousand series, each in time of the
 * processor; and calls a second with them on, beside those with them off.
 */
export async function overWatching(rounds: number, quick: boolean, note: (text: string) => void): Promise<Measure[]> {
  note('measuring counts, traces and scrapes …');
  const all = calls();
  const meter = meterOf(all);
  const counted = perCall(() => {
    for (let at = 0; at < CALLS; at++) {
      const call = all[at % all.length]!;
      meter.called(call, ALLOWED);
      meter.ended(call, DONE);
    }
  }, CALLS);
  const [recorded, skipped] = [traced(all, true), traced(all, false)];
  const scrapes = await scrapesOf(meter);
  const measures = [
    measure('counting a call', { call: counted }, 'µs', counted, 'µs', 1),
    measure('the trace of a call', { recorded, 'not recorded': skipped }, 'µs', recorded, 'µs', undefined),
    measure('scrape, 10,000 series', { p50: median(scrapes) }, 'ms', median(scrapes), 'ms', 20),
  ];
  note('measuring calls with them on and off …');
  return [...measures, ...(await besideOff(rounds, quick ? 2_000 : 10_000))];
}

function traced(all: readonly Call[], samples: boolean): number {
  const describe = new Describe({ mask: (text) => text, captureArguments: false, isRemote: () => false });
  const params = Payload.of('{"name":"echo","arguments":{"text":"hello"},"_meta":{"progressToken":7}}');
  params.keys();
  const tracer = new CallTracer(TELEMETRY, { ...SINK, samples: () => samples }, systemClock, describe);
  return perCall(() => {
    for (let at = 0; at < CALLS / 10; at++) {
      const { trace } = tracer.begin({ params, requestId: '7', revision: '2025-11-25', beside: undefined });
      const own = { ...all[at % all.length]!, trace };
      tracer.called(own, ALLOWED);
      tracer.ended(own, DONE);
    }
  }, CALLS / 10);
}

/** Milliseconds of each of several scrapes. */
async function scrapesOf(meter: CallMeter): Promise<number[]> {
  const exposition = new Exposition(meter.families);
  const scrapes: number[] = [];
  for (let round = 0; round < 30; round++) {
    const from = process.cpuUsage();
    await exposition.text();
    const { user, system } = process.cpuUsage(from);
    scrapes.push((user + system) / 1000);
  }
  exposition.close();
  return scrapes;
}

/** Calls a second through a wrapped server, round by round with and without. */
async function besideOff(rounds: number, count: number): Promise<Measure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const collector = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const telemetry = (sample: number) => `telemetry: { otlp_endpoint: "http://127.0.0.1:${port}", sample: ${sample} }\n`;
  const sections: Readonly<Record<string, string>> = {
    off: '',
    metrics: 'metrics: { port: 0 }\n',
    'traces, 1 in 100': telemetry(0.01),
    'all traces': telemetry(1),
  };
  const configs = new Map(
    Object.entries(sections).map(([name, section], at) => {
      const file = join(folder, `${at}.yaml`);
      writeFileSync(file, `version: 1\n${section}`);
      return [name, file] as const;
    }),
  );
  try {
    const runs = await interleaved(rounds, [...configs.keys()], (name) =>
      run([NODE, CLI, 'wrap', '--config', configs.get(name)!, '--', NODE, ECHO, '150'], { mode: 'flood', count }),
    );
    const each = [...runs].map(([name, all]) => [name, all.map(({ values }) => values.callsPerSecond!)] as const);
    const off = runs.get('off')!.map(({ values }) => values.callsPerSecond!);
    // Each round is compared with itself, since the machine is not the same in all of them.
    const share = (all: readonly number[]) => median(all.map((value, round) => value / off[round]!));
    const values = Object.fromEntries(each.map(([name, all]) => [name, median(all)]));
    return each
      .filter(([name]) => name !== 'off')
      .map(([name, all]) => measure(`calls a second, ${name}`, values, '/s', share(all), 'of off', undefined));
  } finally {
    collector.close();
    collector.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
}
