import type { MetricsConfig } from '../../model/metrics-config.ts';
import type { TelemetryConfig } from '../../model/telemetry-config.ts';
import type { Layer, Reading } from '../files/reading.ts';
import { parseListenAddress } from '../words/addresses.ts';
import { both, least } from './stricter.ts';

/** Where metrics are read unless a config says otherwise; `port` alone replaces that of it. */
export const METRICS_ADDRESS = '127.0.0.1:9091';
const COLLECTOR = 'http://127.0.0.1:4318';

/** The `metrics` section, from all layers: off wherever one of them says so. */
export function resolveMetrics(reading: Reading, from: string): MetricsConfig {
  const port = reading.value<number | undefined>(['metrics', 'port'], undefined, from);
  const usual = port === undefined ? METRICS_ADDRESS : `127.0.0.1:${port}`;
  return {
    enabled: isOn(reading, 'metrics', from),
    ...parseListenAddress(reading.value(['metrics', 'listen_addr'], usual, from))!,
    endpoint: reading.value(['metrics', 'endpoint'], '/metrics', from),
    token: reading.value<string | undefined>(['metrics', 'token'], undefined, from),
    allowPublic: reading.value(['metrics', 'allow_public'], false, from, both),
  };
}

/** The `telemetry` section, from all layers: what leaves the machine is the least any of them wants. */
export function resolveTelemetry(reading: Reading, from: string): TelemetryConfig {
  return {
    enabled: isOn(reading, 'telemetry', from),
    otlpEndpoint: reading.value(['telemetry', 'otlp_endpoint'], COLLECTOR, from),
    sample: reading.value(['telemetry', 'sample'], 1, from, least),
    propagate: reading.value(['telemetry', 'propagate'], true, from, both),
    captureArguments: reading.value(['telemetry', 'capture_arguments'], false, from, both),
    allowBaggage: reading.value(['telemetry', 'allow_baggage'], false, from, both),
    trustCallers: reading.value(['telemetry', 'trust_callers'], false, from, both),
    metrics: reading.value(['telemetry', 'metrics'], false, from, both),
  };
}

function isOn(reading: Reading, section: 'metrics' | 'telemetry', from: string): boolean {
  const path = [section, 'enabled'];
  const implied = ({ config }: Layer) => (config[section] === undefined ? undefined : true);
  return reading.value<boolean>(path, false, from, both, { implied });
}
