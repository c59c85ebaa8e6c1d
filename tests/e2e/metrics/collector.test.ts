import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFixture } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { AskedCollector } from '../../support/watching/asked-collector.ts';
import { Collector } from '../../support/watching/collector.ts';

const PLAIN = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith('OTEL_'))
    .map((name) => [name, undefined]),
);

function pushed(url: string): string {
  return `telemetry: { otlp_endpoint: "${url}", metrics: true }\n`;
}

function metricsIn(collector: Collector): Map<string, Message> {
  const [{ scopeMetrics }] = collector.metrics.at(-1).resourceMetrics;
  return new Map(scopeMetrics.flatMap(({ metrics }: Message) => metrics).map((one: Message) => [one.name, one]));
}

function attributesOf({ attributes }: Message): Message {
  return Object.fromEntries(attributes.map(({ key, value }: Message) => [key, Object.values(value)[0]]));
}

test('a collector made by others is sent metrics again and again, and tells them apart by process, tool and decision', async (t) => {
  const denying = 'policies: { tools: { "*/list_services": { action: deny } } }\n';
  const often = { OTEL_METRIC_EXPORT_INTERVAL: '300' };
  const collector = await AskedCollector.open(t, 'legacy', (url) => pushed(url) + denying, often);
  for (let at = 0; at < 3; at++) await collector.gateway.call('list_services', {});
  const known = await collector.until('three refusals', async () => {
    const { items } = await collector.says('list_metrics', { metricName: 'sallyport_requests_total' });
    const denied = items.find(({ attributes }: Message) => attributes.decision === 'deny');
    return denied?.points.some(({ value }: Message) => value === 3) ? (denied as Message) : undefined;
  });
  const { 'service.instance.id': instance, backend, tool, client, decision, ...resource } = known.attributes;
  assert.match(instance, /^[\da-f-]{36}$/);
  assert.deepEqual([backend, tool, client, decision], ['collector', 'list_services', 'local', 'deny']);
  assert.equal(resource['service.name'], 'sallyport');
  const values = known.points.map(({ value }: Message) => value);
  assert.deepEqual(
    values,
    [...values].sort((a, b) => a - b),
    'counts since the start only grow',
  );
  const { items } = await collector.says('list_metrics', { metricName: 'sallyport_backend_duration_seconds' });
  assert.deepEqual([items[0].unit, items[0].attributes.backend], ['s', 'collector']);
});

test('what a short session counted is pushed when it ends, in the buckets Prometheus would read', async (t) => {
  const collector = await Collector.open(t);
  const gateway = await openFixture(t, 'legacy', [], { config: `version: 1\n${pushed(collector.url)}`, env: PLAIN });
  await gateway.call('echo', { text: 'one' });
  await gateway.call('echo', { text: 'two' });
  assert.equal(collector.metrics.length, 0, 'a minute has not gone by');
  await gateway.end();
  assert.deepEqual([collector.metrics.length, collector.faults], [1, []]);
  const all = metricsIn(collector);
  const { sum } = all.get('sallyport_requests_total')!;
  assert.deepEqual([sum.isMonotonic, sum.aggregationTemporality], [true, 2]);
  const calls = sum.dataPoints.find((point: Message) => attributesOf(point).tool !== '');
  assert.equal(calls.asDouble, 2);
  assert.ok(BigInt(calls.timeUnixNano) > BigInt(calls.startTimeUnixNano));
  const { unit, histogram } = all.get('sallyport_overhead_seconds')!;
  const [point] = histogram.dataPoints;
  assert.deepEqual([unit, histogram.aggregationTemporality], ['s', 2]);
  assert.equal(point.explicitBounds[0], 0.0005);
  assert.equal(point.bucketCounts.length, point.explicitBounds.length + 1);
  const inBuckets = point.bucketCounts.reduce((total: number, one: number | string) => total + Number(one), 0);
  assert.deepEqual([inBuckets, Number(point.count) >= 2, point.sum > 0], [Number(point.count), true, true]);
  assert.equal(all.get('sallyport_build_info')!.gauge.dataPoints[0].asDouble, 1);
});

for (const answer of ['refuses', 'silence'] as const) {
  test(`a collector that ${answer === 'silence' ? 'never answers' : 'refuses'} metrics holds up no call and no end`, async (t) => {
    const collector = await Collector.open(t, answer);
    const config = `version: 1\nlog: { file: stderr }\n${pushed(collector.url)}`;
    const env = { ...PLAIN, OTEL_METRIC_EXPORT_INTERVAL: '100' };
    const gateway = await openFixture(t, 'legacy', [], { config, env });
    const enough = answer === 'refuses' ? 5 : 1;
    await collector.when(() => collector.headers.length >= enough);
    assert.equal((await gateway.call('echo', { text: 'still' })).error, undefined);
    const { code } = await gateway.end();
    assert.equal(code, 0);
    if (answer === 'refuses') assert.equal(gateway.stderr.match(/metrics_not_sent/g)?.length, 1, gateway.stderr);
  });
}
