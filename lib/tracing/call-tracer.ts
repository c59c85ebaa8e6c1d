import type { Done } from '../model/audit.ts';
import type { Call } from '../model/call.ts';
import type { Clock } from '../model/clock.ts';
import type { Decision, Reason } from '../model/decision.ts';
import type { TelemetryConfig } from '../model/telemetry-config.ts';
import type { TraceStart, Tracing } from '../model/tracing.ts';
import type { Watcher } from '../model/watcher.ts';
import type { Payload } from '../wire/payload.ts';
import { type TraceMembers, tracedParams } from '../wire/trace-members.ts';
import type { Describe, Described } from './attributes.ts';
import { remoteSpan, traceparentOf } from './context.ts';
import { OpenTrace } from './open-trace.ts';
import { RandomIds } from './random-ids.ts';
import type { SpanSink } from './span-sink.ts';

/**
 * Makes two spans of each request, one towards the client and one towards the backend, and has the backend go on with the
 * trace. While a request is under way it is a few numbers; spans are made of them when it is over, and only of those that
 * are recorded.
 */
export class CallTracer implements Tracing, Watcher {
  readonly #config: TelemetryConfig;
  readonly #sink: SpanSink;
  readonly #clock: Clock;
  readonly #describe: Describe;
  readonly #ids = new RandomIds();

  constructor(config: TelemetryConfig, sink: SpanSink, clock: Clock, describe: Describe) {
    this.#config = config;
    this.#sink = sink;
    this.#clock = clock;
    this.#describe = describe;
  }

  begin(start: TraceStart): { trace: OpenTrace; params: Payload | undefined } {
    const traced = tracedParams(start.params);
    const came = traced.members;
    const trace = new OpenTrace(
      start,
      this.#origin(start, came),
      (id, parent) => this.#sink.samples(id, parent),
      this.#clock,
      this.#ids,
    );
    return { trace, params: traced.with(this.#onward(trace, came)) };
  }

  called(call: Call, decision: Decision): void {
    const { trace } = call;
    if (!(trace instanceof OpenTrace) || trace.isOver) return;
    trace.decision = decision;
    if (trace.sampled) trace.args = this.#describe.argumentsOf(call);
    if (decision.effect === 'allow') trace.sentMs = this.#now(trace);
    else this.#end(call, trace, undefined);
  }

  ended(call: Call, done: Done): void {
    const { trace } = call;
    if (trace instanceof OpenTrace && !trace.isOver) this.#end(call, trace, done);
  }

  unasked(call: Described & Pick<Call, 'trace'>, reason: Reason): void {
    const { trace } = call;
    if (!(trace instanceof OpenTrace) || trace.isOver) return;
    trace.isOver = true;
    if (trace.sampled) this.#sink.put(this.#describe.server(call, trace, this.#now(trace), undefined, reason));
  }

  #end(call: Call, trace: OpenTrace, done: Done | undefined): void {
    trace.isOver = true;
    if (!trace.sampled) return;
    const endMs = this.#now(trace);
    const { decision } = trace;
    trace.whenAnswered(() => this.#sink.put(this.#describe.server(call, trace, endMs, done, decision?.reason)));
    if (done?.targetMs === undefined || trace.sentMs === undefined) return;
    this.#sink.put(this.#describe.client(call, trace, Math.min(endMs, trace.sentMs + done.targetMs), done));
  }

  /** Who is on the other side of the network may point at a trace, and not make itself part of it. */
  #origin({ beside }: TraceStart, came: TraceMembers) {
    const told = remoteSpan(came.traceparent, came.tracestate);
    if (beside === undefined) return { parent: told, links: [] };
    const [parents, states] = [beside.header('traceparent'), beside.header('tracestate')];
    const header =
      parents.length === 1 ? remoteSpan(parents[0], states.length === 0 ? undefined : states.join(',')) : undefined;
    const all = [told, header].filter((one) => one !== undefined);
    const different = all.filter(
      (one, i) => i === 0 || one.spanId !== all[0]!.spanId || one.traceId !== all[0]!.traceId,
    );
    if (!this.#config.trustCallers) return { parent: undefined, links: different };
    return { parent: different[0], links: different.slice(1) };
  }

  #onward(trace: OpenTrace, came: TraceMembers): TraceMembers {
    const { propagate, allowBaggage } = this.#config;
    const baggage = allowBaggage && came.baggage !== undefined ? { baggage: came.baggage } : {};
    if (!propagate) return baggage;
    const state = trace.parent?.state === undefined ? {} : { tracestate: trace.parent.state };
    return { traceparent: traceparentOf(trace.traceId, trace.clientSpanId, trace.sampled), ...state, ...baggage };
  }

  #now(trace: OpenTrace): number {
    return trace.startMs + (this.#clock.monotonic() - trace.begunMs);
  }
}
