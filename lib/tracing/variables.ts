import type { TelemetryConfig } from '../model/telemetry-config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** How traces are made and where they go, after the variables OpenTelemetry knows have had their say. */
export interface TracingSettings {
  /** URL spans are posted to. */
  readonly url: string;
  readonly sampler: 'always_on' | 'always_off' | 'traceidratio';
  /** Whether a parent decides for the traces it begins. */
  readonly parentBased: boolean;
  /** Share that is recorded, for `traceidratio`. */
  readonly ratio: number;
}

/** Variables that were not understood are named; the config holds in their place. */
export interface ReadVariables {
  readonly settings: TracingSettings;
  readonly ignored: readonly string[];
}

const SAMPLERS: ReadonlySet<string> = new Set(['always_on', 'always_off', 'traceidratio']);

/** Whether the environment turns everything off (OTEL_SDK_DISABLED). */
export function isDisabled(env: Variables): boolean {
  return env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
}

export function tracingSettings({ otlpEndpoint, sample }: TelemetryConfig, env: Variables): ReadVariables {
  const ignored: string[] = [];
  const url = (name: string): string | undefined => {
    const text = env[name]?.trim();
    if (text === undefined || text === '') return undefined;
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
    ignored.push(name);
    return undefined;
  };
  const traces = url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const base = url('OTEL_EXPORTER_OTLP_ENDPOINT') ?? otlpEndpoint;
  const named = env.OTEL_TRACES_SAMPLER?.trim().toLowerCase();
  const plain = named?.replace(/^parentbased_/, '');
  const isKnown = plain !== undefined && SAMPLERS.has(plain);
  if (named !== undefined && named !== '' && !isKnown) ignored.push('OTEL_TRACES_SAMPLER');
  const share = env.OTEL_TRACES_SAMPLER_ARG?.trim();
  const ratio = share === undefined || share === '' ? undefined : Number(share);
  const isShare = ratio !== undefined && ratio >= 0 && ratio <= 1;
  if (ratio !== undefined && !isShare) ignored.push('OTEL_TRACES_SAMPLER_ARG');
  // A sampler named without a share records everything (OpenTelemetry, environment variables).
  const usual = isKnown ? 1 : sample;
  return {
    settings: {
      url: traces ?? `${base.replace(/\/+$/, '')}/v1/traces`,
      sampler: isKnown ? (plain as TracingSettings['sampler']) : 'traceidratio',
      parentBased: isKnown ? named!.startsWith('parentbased_') : true,
      ratio: isShare && (isKnown ? plain === 'traceidratio' : true) ? ratio : usual,
    },
    ignored,
  };
}
