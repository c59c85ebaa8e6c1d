import { ExportResultCode, millisToHrTime } from '@opentelemetry/core';
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import { JsonMetricsSerializer, MetricsExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Clock } from '../model/clock.ts';
import type { Log } from '../model/log.ts';
import type { Family } from './family.ts';
import { metricsOf } from './otlp-points.ts';

export interface PushOptions {
  /** URL they are posted to. */
  readonly url: string;
  readonly everyMs: number;
  readonly resource: ResourceMetrics['resource'];
  readonly version: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Asked with the first push: what they are made of is there once the gateway runs. */
  families(): readonly Family[];
}

const TIMEOUT_MS = 5000;
const LAST_MS = 500;
/** Names a component in metrics of the SDK about itself, of which there are none here. */
const COMPONENT = 'otlp_http_metric_exporter';

/**
 * Posts all numbers again and again (OTLP/HTTP, JSON), since the start each time, so that nothing is lost with a push that
 * is. One push at a time; nobody waits for it.
 */
export class OtlpPush {
  readonly #options: PushOptions;
  readonly #exporter: OTLPExporterBase<ResourceMetrics>;
  readonly #startMs: number;
  readonly #timer: NodeJS.Timeout;
  #pushing: Promise<void> | undefined;
  #failing = false;

  constructor(options: PushOptions) {
    const { url, everyMs, clock } = options;
    this.#options = options;
    this.#startMs = clock.now();
    const { OTEL_EXPORTER_OTLP_TIMEOUT: all, OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: own } = process.env;
    const timeout = own === undefined && all === undefined ? { timeoutMillis: TIMEOUT_MS } : {};
    const http = convertLegacyHttpOptions({ url, ...timeout }, 'METRICS', 'v1/metrics', {
      'Content-Type': 'application/json',
    });
    this.#exporter = new OTLPExporterBase(
      createOtlpHttpExportDelegate(http, JsonMetricsSerializer, COMPONENT, MetricsExporterMetricsHelper, undefined),
    );
    this.#timer = setInterval(() => void this.#push(), everyMs);
    this.#timer.unref();
  }

  /** Pushes the last numbers, and waits a little for it. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_MS);
    });
    await Promise.race([this.#last(), late]);
    clearTimeout(timer);
    // It waits for requests under way, which nobody waits for any more.
    void this.#exporter.shutdown().catch(() => {});
  }

  async #last(): Promise<void> {
    await this.#pushing;
    await this.#push();
  }

  #push(): Promise<void> {
    this.#pushing ??= this.#export()
      .then((why) => this.#tell(why))
      .finally(() => {
        this.#pushing = undefined;
      });
    return this.#pushing;
  }

  /** Resolves with what went wrong. */
  async #export(): Promise<string | undefined> {
    try {
      const { families, clock, resource, version } = this.#options;
      const [start, now] = [millisToHrTime(this.#startMs), millisToHrTime(clock.now())];
      const scope = { name: 'sallyport', version };
      const scopeMetrics = [{ scope, metrics: metricsOf(families(), start, now) }];
      return await new Promise((resolve) => {
        this.#exporter.export({ resource, scopeMetrics }, ({ code, error }) =>
          resolve(
            code === ExportResultCode.SUCCESS ? undefined : (error?.message ?? 'the collector did not take them'),
          ),
        );
      });
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Once for each time it begins to fail. */
  #tell(why: string | undefined): void {
    if (why !== undefined && !this.#failing) this.#options.log.write('warn', 'metrics_not_sent', { why });
    this.#failing = why !== undefined;
  }
}
