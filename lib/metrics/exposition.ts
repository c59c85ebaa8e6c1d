import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { Family } from './family.ts';

/** How often the event loop is looked at; an idle process is not woken more often. */
const LOOK_MS = 50;

/**
 * Families in the text format of Prometheus, with those of the process. The library writes and escapes; what it writes is
 * handed to it whole, since its own counters would look up every label once more.
 */
export class Exposition {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  #reading: Promise<string> | undefined;

  constructor(families: readonly Family[], ofProcess = true) {
    if (ofProcess) collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LOOK_MS });
    for (const family of families) this.#registry.registerMetric(metricOf(family));
  }

  /** Who asks while it is being written gets the same. */
  text(): Promise<string> {
    this.#reading ??= this.#registry.metrics().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Ends what looks at the process. */
  close(): void {
    this.#registry.clear();
  }
}

const NONE = {};

/** All the registry asks of a metric is its name, and `get`. */
function metricOf({ name, help, type, samples }: Family): Metric {
  const get = async () => ({
    name,
    help,
    type,
    aggregator: 'sum',
    // Shared labels are put into text once for each object, so that a series kept its own is not written anew each time.
    values: samples().map(({ suffix, labels, value }) => ({
      metricName: suffix === undefined ? name : name + suffix,
      labels: NONE,
      sharedLabels: labels,
      value,
    })),
  });
  return { name, help, get } as unknown as Metric;
}
