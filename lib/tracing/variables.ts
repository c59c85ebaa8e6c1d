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

/** Where metrics go, and how often. */
export interface PushSettings {
  /** URL they are posted to. */
  readonly url: string;
  readonly everyMs: number;
}

/** Variables that were not understood are named; the config holds in their place. */
export interface ReadVariables<Settings> {
  readonly settings: Settings;
  readonly ignored: readonly string[];
}

/** OTEL_METRIC_EXPORT_INTERVAL unless it is set (OpenTelemetry, environment variables). */
const PUSH_EVERY_MS = 60_000;
const SHORTEST_EVERY_MS = 100;
const LONGEST_EVERY_MS = 86_400_000;

const SAMPLERS: ReadonlySet<string> = new Set(['always_on', 'always_off', 'traceidratio']);

/** Whether the environment turns everything off (OTEL_SDK_DISABLED). */
export function isDisabled(env: Variables): boolean {
  return env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
}

export function pushSettings({ otlpEndpoint }: TelemetryConfig, env: Variables): ReadVariables<PushSettings> {
  const ignored: string[] = [];
  const url = urlOf('METRICS', otlpEndpoint, env, ignored);
  const text = env.OTEL_METRIC_EXPORT_INTERVAL?.trim() ?? '';
  const everyMs = text === '' ? PUSH_EVERY_MS : Number(text);
  const isInterval = Number.isInteger(everyMs) && everyMs >= SHORTEST_EVERY_MS && everyMs <= LONGEST_EVERY_MS;
  if (!isInterval) ignored.push('OTEL_METRIC_EXPORT_INTERVAL');
  return { settings: { url, everyMs: isInterval ? everyMs : PUSH_EVERY_MS }, ignored };
}

export function tracingSettings(
  { otlpEndpoint, sample }: TelemetryConfig,
  env: Variables,
): ReadVariables<TracingSettings> {
  const ignored: string[] = [];
  const url = urlOf('TRACES', otlpEndpoint, env, ignored);
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
      url,
      sampler: isKnown ? (plain as TracingSettings['sampler']) : 'traceidratio',
      parentBased: isKnown ? named!.startsWith('parentbased_') : true,
      ratio: isShare && (isKnown ? plain === 'traceidratio' : true) ? ratio : usual,
    },
    ignored,
  };
}

/** Where one kind of thing goes: the variable of its own is a whole URL, the common one a base. */
function urlOf(signal: 'METRICS' | 'TRACES', configured: string, env: Variables, ignored: string[]): string {
  const said = (name: string): string | undefined => {
    const text = env[name]?.trim();
    if (text === undefined || text === '') return undefined;
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
    ignored.push(name);
    return undefined;
  };
  const own = said(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`);
  const base = said('OTEL_EXPORTER_OTLP_ENDPOINT') ?? configured;
  return own ?? `${base.replace(/\/+$/, '')}/v1/${signal.toLowerCase()}`;
}
