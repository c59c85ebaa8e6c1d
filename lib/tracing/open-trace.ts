import type { Clock } from '../model/clock.ts';
import type { Decision } from '../model/decision.ts';
import type { CallTrace, TraceStart } from '../model/tracing.ts';
import type { RemoteSpan } from './context.ts';
import type { RandomIds } from './random-ids.ts';
import type { SpanSink } from './span-sink.ts';

/** A request under way. */
export class OpenTrace implements CallTrace {
  readonly traceId: string;
  /** Of the span towards the client. */
  readonly spanId: string;
  /** Of the span towards the backend, which is told of it before it begins. */
  readonly clientSpanId: string;
  readonly parent: RemoteSpan | undefined;
  readonly links: readonly RemoteSpan[];
  readonly sampled: boolean;
  readonly start: Pick<TraceStart, 'requestId' | 'revision'> & { readonly overHttp: boolean };
  /** Milliseconds since 1970, and by the clock that only grows. */
  readonly startMs: number;
  readonly begunMs: number;
  /** When it was sent on, in milliseconds since 1970. */
  sentMs: number | undefined;
  decision: Decision | undefined;
  /** The arguments as they were recorded, where they are told. */
  args: string | undefined;
  /** How the backend was asked, and the code of the error it answered with. */
  asked: { readonly id: number; readonly revision: string | undefined } | undefined;
  backendStatus: string | undefined;
  isOver = false;
  /** Code of the error the client was told. */
  status: string | undefined;
  #isAnswered = false;
  #whenAnswered: (() => void) | undefined;

  constructor(
    { requestId, revision, beside }: TraceStart,
    from: { readonly parent: RemoteSpan | undefined; readonly links: readonly RemoteSpan[] },
    samples: SpanSink['samples'],
    clock: Clock,
    ids: RandomIds,
  ) {
    this.parent = from.parent;
    this.links = from.links;
    this.traceId = from.parent?.traceId ?? ids.trace();
    this.spanId = ids.span();
    this.clientSpanId = ids.span();
    this.sampled = samples(this.traceId, from.parent);
    this.start = { requestId, revision, overHttp: beside !== undefined };
    this.startMs = clock.now();
    this.begunMs = clock.monotonic();
  }

  sent(id: number, revision: string | undefined): void {
    this.asked = { id, revision };
    this.backendStatus = undefined;
  }

  failed(code: string): void {
    this.backendStatus = code;
  }

  answered(code: string | undefined): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.status = code;
    this.#whenAnswered?.();
  }

  /** Calls `then` once it is known what the client is told, which is after the record of it. */
  whenAnswered(then: () => void): void {
    if (this.#isAnswered) then();
    else this.#whenAnswered = then;
  }
}
