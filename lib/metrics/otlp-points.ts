import { type HrTime, ValueType } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { Family, Labels } from './family.ts';
import type { Histogram } from './histogram.ts';

/** What a name says of its unit, in the words of UCUM. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_seconds$/, 's'],
  [/_bytes_total$/, 'By'],
];

/** Families as OpenTelemetry counts, under the names they have in Prometheus: everything since `start`, as it is at `now`. */
export function metricsOf(families: readonly Family[], start: HrTime, now: HrTime): MetricData[] {
  return families.map((family): MetricData => {
    const { name, help, type } = family;
    const unit = UNITS.find(([named]) => named.test(name))?.[1] ?? '';
    const descriptor = { name, description: help, unit, valueType: ValueType.DOUBLE };
    const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
    const point = <T>(attributes: Labels, value: T) => ({ startTime: start, endTime: now, attributes, value });
    if (family.histograms !== undefined) {
      const dataPoints = [...family.histograms()].map(([labels, one]) => point(labels, bucketsOf(one)));
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
    }
    const dataPoints = family.samples().map(({ labels, value }) => point(labels, value));
    if (type === 'gauge') return { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
    return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  });
}

/** The counts are those of each bucket alone, as OTLP has them. */
function bucketsOf({ bounds, counts, sum, count }: Histogram) {
  return { buckets: { boundaries: [...bounds], counts: [...counts] }, sum, count };
}
