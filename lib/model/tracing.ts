import type { Payload } from '../wire/payload.ts';

/** What came with a request beside its message, where there is such a thing: the lines of its HTTP headers. */
export interface Beside {
  header(name: string): readonly string[];
}

/** A request of a client, as its trace begins. */
export interface TraceStart {
  /** Everything that is about to be judged and forwarded. */
  readonly params: Payload | undefined;
  /** Its JSON-RPC id, as JSON text. */
  readonly requestId: string;
  /** Revision the client speaks, as far as it is known. */
  readonly revision: string | undefined;
  /** Undefined for a client on standard input, which is a process of the same user. */
  readonly beside: Beside | undefined;
}

/** The part of a trace one request is, from the moment it is understood. */
export interface CallTrace {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** It left for a backend under this id; `revision` is what the backend speaks. The last time counts. */
  sent(id: number, revision: string | undefined): void;
  /** The backend answered with an error; `code` is its JSON text. */
  failed(code: string): void;
  /** What the client is told: JSON text of the code of an error, undefined for everything else and for nothing. */
  answered(code: string | undefined): void;
}

/** Follows requests through the gateway. */
export interface Tracing {
  /** Begins a trace, or goes on with one; `params` are what is judged and forwarded from now on. */
  begin(start: TraceStart): { readonly trace: CallTrace; readonly params: Payload | undefined };
}
