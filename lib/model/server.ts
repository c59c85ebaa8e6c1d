import type { Frame } from '../wire/frame.ts';
import type { Channel } from '../wire/link.ts';
import type { OnBehalf } from './authorization.ts';
import type { Loss } from './call.ts';
import type { Code } from './codes.ts';
import type { BackendConfig } from './config.ts';
import type { ParamHeader } from './param-header.ts';

/** Why a server is not there, in words a person can act on. */
export interface Outage {
  readonly code: Code;
  readonly text: string;
  /** What may have caused it, for the operator only. */
  readonly hint?: string | undefined;
  /** Exit code or signal of the process, when it had one. */
  readonly exit?: { readonly code: number | null; readonly signal: string | null };
  /** It was not reached as it should be, which says nothing of the era it is of. */
  readonly unreached?: boolean;
  /** When the next start is tried, for a server that rests. */
  readonly retryAfterMs?: number;
}

/** What a server tells the gateway; each call may cause frames to be put on any link. */
export interface ServerEvents {
  /** It runs and takes frames; the handshake has not begun. */
  up(channel: Channel): void;
  /** `about` is the id of the gateway's request on whose answer stream it came, where there are such streams. */
  frame(frame: Frame, about?: number): void;
  /** The request the gateway gave `id` will not be answered, though the server is still there. */
  lost?(id: number, loss: Loss): void;
  /** Which arguments of a tool are repeated in headers of its call, where messages have headers. */
  paramHeaders?(tool: string): readonly ParamHeader[];
  /** For whom the request the gateway gave `id` is made; without one, whom the connection is for, as far as anybody is known. */
  onBehalf?(id: number | undefined): OnBehalf | undefined;
  /** It is gone: nothing sent to it will be answered any more. */
  down(outage: Outage): void;
}

export type ServerState = 'idle' | 'starting' | 'ready' | 'resting' | 'stopped';

/** An MCP server the gateway can start and reach; how is the adapter's business. */
export interface Server {
  readonly name: string;
  /** Names how it is reached, over restarts; undefined when nothing may be remembered of it. */
  readonly fingerprint?: string | undefined;
  /** What holds its process: a driver of sandboxes, or `none`; undefined while there is no process of ours. */
  readonly confinedBy?: string | undefined;
  readonly state: ServerState;
  /** Why the server is not there, while it is not. */
  readonly outage: Outage | undefined;
  listen(events: ServerEvents): void;
  /** Makes sure it runs or is about to; answers with the outage that forbids it. */
  demand(): Outage | undefined;
  /** The handshake succeeded: earlier failures are forgotten. */
  ready(): void;
  /** Ends it now and counts a failure; it may be started again. */
  fail(outage: Outage): void;
  /** Ends it in an orderly way, which is no failure; the next demand starts it again. Absent where nothing would be saved. */
  rest?(): void;
  /** Whether it reaches these folders (URIs) where it runs; when it does not, it will after its next start. */
  reaches?(folders: readonly string[]): boolean;
  /** Its config is another one; what only a start can apply holds from the next one. */
  configure?(config: BackendConfig): void;
  /** What it runs in is not what a start would put it into now. */
  readonly isOutdated?: boolean;
  /** Ends it for good within `killAfterMs`: closes its input, then signals. */
  close(termAfterMs: number, killAfterMs: number): Promise<void>;
}
