import {
  type Context,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { ExportResultCode, millisToHrTime, TraceState } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Log } from '../model/log.ts';
import { gatewayResource } from './resource.ts';
import { SpanQueue } from './span-queue.ts';
import type { FinishedSpan, SpanCounts, SpanSink } from './span-sink.ts';
import type { TracingSettings } from './variables.ts';

export interface OtlpOptions {
  readonly settings: TracingSettings;
  readonly version: string;
  readonly log: Log;
  readonly now: () => number;
}

const MOST_WAITING = 2048;
/** Few enough that putting them into words holds up no call. */
const AT_ONCE = 128;
const EVERY_MS = 2000;
const LAST_MS = 500;
const TIMEOUT_MS = 5000;

/** Spans in the terms of OpenTelemetry, posted as JSON (OTLP/HTTP). Its own variables say with which headers. */
export class OtlpSink implements SpanSink {
  readonly #sampler: Sampler;
  readonly #exporter: OTLPTraceExporter;
  readonly #queue: SpanQueue;
  readonly #common: Pick<ReadableSpan, 'resource' | 'instrumentationScope'>;

  constructor({ settings, version, log, now }: OtlpOptions) {
    this.#sampler = samplerOf(settings);
    const { OTEL_EXPORTER_OTLP_TIMEOUT: all, OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: own } = process.env;
    const timeout = own === undefined && all === undefined ? { timeoutMillis: TIMEOUT_MS } : {};
    this.#exporter = new OTLPTraceExporter({ url: settings.url, ...timeout });
    this.#common = { resource: gatewayResource(version), instrumentationScope: { name: 'sallyport', version } };
    this.#queue = new SpanQueue({
      most: MOST_WAITING,
      atOnce: AT_ONCE,
      everyMs: EVERY_MS,
      lastMs: LAST_MS,
      send: (spans) => this.#send(spans),
      log,
      now,
    });
  }

  get counts(): SpanCounts {
    return this.#queue.counts;
  }

  samples(traceId: string, parent: { readonly spanId: string; readonly sampled: boolean } | undefined): boolean {
    const context: Context =
      parent === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            traceId,
            spanId: parent.spanId,
            traceFlags: flags(parent.sampled),
            isRemote: true,
          });
    const { decision } = this.#sampler.shouldSample(context, traceId, '', SpanKind.SERVER, {}, []);
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  }

  put(span: FinishedSpan): void {
    this.#queue.put(span);
  }

  flush(): Promise<void> {
    return this.#queue.flush();
  }

  async close(): Promise<void> {
    await this.#queue.close();
    // It waits for requests under way, which nobody waits for any more.
    void this.#exporter.shutdown().catch(() => {});
  }

  #send(spans: readonly FinishedSpan[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#exporter.export(
        spans.map((span) => this.#readable(span)),
        ({ code, error }) => {
          if (code === ExportResultCode.SUCCESS) resolve();
          else reject(error ?? new Error('the collector did not take them'));
        },
      );
    });
  }

  #readable(span: FinishedSpan): ReadableSpan {
    const { traceId, spanId, parent, state, links, failed } = span;
    const traceState = state === undefined ? undefined : new TraceState(state);
    const own: SpanContext = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, ...(traceState && { traceState }) };
    const above = parent && { traceId, spanId: parent.spanId, traceFlags: TraceFlags.SAMPLED, isRemote: parent.remote };
    return {
      name: span.name,
      kind: span.kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
      spanContext: () => own,
      ...(above && { parentSpanContext: above }),
      startTime: millisToHrTime(span.startMs),
      endTime: millisToHrTime(span.endMs),
      duration: millisToHrTime(Math.max(0, span.endMs - span.startMs)),
      status: { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
      attributes: { ...span.attributes },
      links: links.map(({ traceId: of, spanId: at, sampled }) => ({
        context: { traceId: of, spanId: at, traceFlags: flags(sampled), isRemote: true },
      })),
      events: [],
      ended: true,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
      ...this.#common,
    };
  }
}

function flags(sampled: boolean): TraceFlags {
  return sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
}

function samplerOf({ sampler, parentBased, ratio }: TracingSettings): Sampler {
  const root =
    sampler === 'always_on'
      ? new AlwaysOnSampler()
      : sampler === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(ratio);
  return parentBased ? new ParentBasedSampler({ root }) : root;
}
