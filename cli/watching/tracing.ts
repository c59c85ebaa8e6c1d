import type { Config } from '../../lib/model/config.ts';
import { VERSION } from '../../lib/model/version.ts';
import { Describe } from '../../lib/tracing/attributes.ts';
import { CallTracer } from '../../lib/tracing/call-tracer.ts';
import { isDisabled, tracingSettings } from '../../lib/tracing/variables.ts';
import type { WatchingGround } from './ground.ts';

export interface OpenTracing {
  readonly tracer: CallTracer;
  readonly counts: () => {
    readonly sent: number;
    readonly dropped: number;
    readonly failed: number;
    readonly queued: number;
  };
  close(): Promise<void>;
}

/** Traces as the config and the variables of OpenTelemetry want them; undefined where a variable turns them off. */
export async function openTracing(config: Config, ground: WatchingGround): Promise<OpenTracing | undefined> {
  const { telemetry, backends } = config;
  if (isDisabled(process.env)) return undefined;
  const { settings, ignored } = tracingSettings(telemetry, process.env);
  for (const name of ignored)
    ground.log.write('warn', 'variable_ignored', { name, why: 'its value is not understood' });
  const { OtlpSink } = await import('../../lib/tracing/otlp-sink.ts');
  const { clock, log } = ground;
  ground.learn(headerSecrets(process.env));
  const sink = new OtlpSink({ settings, version: VERSION, log, now: () => clock.monotonic() });
  const remote = new Set(backends.filter((one) => one.remote !== undefined).map(({ name }) => name));
  const describe = new Describe({
    mask: ground.mask,
    captureArguments: telemetry.captureArguments,
    isRemote: (backend) => remote.has(backend),
  });
  log.write('info', 'traces_sent_to', { collector: new URL(settings.url).origin });
  return {
    tracer: new CallTracer(telemetry, sink, clock, describe),
    counts: () => sink.counts,
    close: () => sink.close(),
  };
}

/** What is sent to a collector beside the spans and metrics opens it, so it is printed nowhere. */
export function headerSecrets(env: NodeJS.ProcessEnv): string[] {
  const lists = [
    env.OTEL_EXPORTER_OTLP_HEADERS,
    env.OTEL_EXPORTER_OTLP_TRACES_HEADERS,
    env.OTEL_EXPORTER_OTLP_METRICS_HEADERS,
  ];
  return lists
    .flatMap((list) => (list ?? '').split(','))
    .map((pair) => decoded(pair.slice(pair.indexOf('=') + 1).trim()))
    .flatMap((value) => [value, value.replace(/^\S+\s+/, '')])
    .filter((value) => value.length >= 6);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
