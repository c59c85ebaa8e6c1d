/** Traces of requests and metrics, sent to a collector by OTLP over HTTP. `OTEL_*` variables go before what stands here. */
export interface TelemetryConfig {
  readonly enabled: boolean;
  /** Base URL of the collector; spans go to `/v1/traces` below it, metrics to `/v1/metrics`. */
  readonly otlpEndpoint: string;
  /** Share of the traces begun here that are recorded, from 0 to 1. */
  readonly sample: number;
  /** Whether backends are told which trace a request belongs to. */
  readonly propagate: boolean;
  /** Whether spans hold the arguments of calls, with secrets masked. */
  readonly captureArguments: boolean;
  /** Whether what clients call baggage goes on to backends. */
  readonly allowBaggage: boolean;
  /** Whether a trace that comes over HTTP is gone on with; else it is only pointed at. */
  readonly trustCallers: boolean;
  /** Whether metrics are sent as well. */
  readonly metrics: boolean;
}
