import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TelemetryConfig } from '../../../lib/model/telemetry-config.ts';
import { isDisabled, pushSettings, tracingSettings } from '../../../lib/tracing/variables.ts';

const CONFIG = { otlpEndpoint: 'http://127.0.0.1:4318/', sample: 0.25 } as TelemetryConfig;
const settings = (env: Record<string, string>) => tracingSettings(CONFIG, env).settings;

test('spans go where the config says, or a variable does, the more precise one first', () => {
  assert.equal(settings({}).url, 'http://127.0.0.1:4318/v1/traces');
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example/otlp/' };
  assert.equal(settings(base).url, 'https://collector.example/otlp/v1/traces');
  const own = { ...base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in' };
  assert.equal(settings(own).url, 'https://traces.example/in');
});

test('samplers are those OpenTelemetry names, and what is not understood leaves the config in force', () => {
  const of = (env: Record<string, string>) => {
    const { sampler, parentBased, ratio } = settings(env);
    return [sampler, parentBased, ratio];
  };
  assert.deepEqual(of({}), ['traceidratio', true, 0.25]);
  assert.deepEqual(of({ OTEL_TRACES_SAMPLER: 'always_off' }), ['always_off', false, 1]);
  assert.deepEqual(of({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' }), [
    'traceidratio',
    true,
    0.5,
  ]);
  const { settings: kept, ignored } = tracingSettings(CONFIG, {
    OTEL_TRACES_SAMPLER: 'jaeger_remote',
    OTEL_TRACES_SAMPLER_ARG: 'lots',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'file:///etc/passwd',
  });
  assert.deepEqual([kept.sampler, kept.ratio, kept.url], ['traceidratio', 0.25, 'http://127.0.0.1:4318/v1/traces']);
  assert.deepEqual([...ignored].sort(), [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_TRACES_SAMPLER',
    'OTEL_TRACES_SAMPLER_ARG',
  ]);
});

test('metrics go to the same collector, as often as a variable says, and once a minute where it says nothing sensible', () => {
  const of = (env: Record<string, string>) => pushSettings(CONFIG, env);
  const usual = { url: 'http://127.0.0.1:4318/v1/metrics', everyMs: 60_000 };
  assert.deepEqual(of({}), { settings: usual, ignored: [] });
  const own = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://m.example/in', OTEL_METRIC_EXPORT_INTERVAL: '5000' };
  assert.deepEqual(of(own).settings, { url: 'https://m.example/in', everyMs: 5000 });
  for (const OTEL_METRIC_EXPORT_INTERVAL of ['0', '99', '-1', '1.5', 'often', '86400001'])
    assert.deepEqual(of({ OTEL_METRIC_EXPORT_INTERVAL }), {
      settings: usual,
      ignored: ['OTEL_METRIC_EXPORT_INTERVAL'],
    });
});

test('only the word true turns everything off', () => {
  assert.deepEqual(
    ['true', 'TRUE', '1', '', undefined].map((OTEL_SDK_DISABLED) => isDisabled({ OTEL_SDK_DISABLED })),
    [true, true, false, false, false],
  );
});
