/** One span that is over, in the terms of OpenTelemetry and without any of its objects. */
export interface FinishedSpan {
  readonly name: string;
  readonly kind: 'server' | 'client';
  readonly traceId: string;
  readonly spanId: string;
  /** The span it is part of, and whether that is somebody else's. */
  readonly parent: { readonly spanId: string; readonly remote: boolean } | undefined;
  readonly state: string | undefined;
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly sampled: boolean }[];
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** It ended as it should not. */
  readonly failed: boolean;
}

/** Takes what is over, and never makes anybody wait. */
export interface SpanSink {
  /** Whether a trace is recorded: decided once, where it begins. */
  samples(traceId: string, parent: { readonly spanId: string; readonly sampled: boolean } | undefined): boolean;
  put(span: FinishedSpan): void;
  /** What became of all there were. */
  readonly counts: SpanCounts;
  /** Sends what is left for a moment, and gives up the rest. */
  close(): Promise<void>;
}

export interface SpanCounts {
  readonly sent: number;
  /** There was no room for them. */
  readonly dropped: number;
  /** The collector did not take them. */
  readonly failed: number;
  readonly queued: number;
}
