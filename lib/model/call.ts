import type { Payload } from '../wire/payload.ts';
import type { Code } from './codes.ts';
import type { Era } from './era.ts';
import type { Offered } from './offered.ts';
import type { Principal } from './principal.ts';
import type { ToolShape } from './tool-shape.ts';
import type { CallTrace } from './tracing.ts';

/** The hop a request is about to take; servers may ask clients, too. */
export type Direction = 'to-backend' | 'to-client';

export type ResourceType = 'tool' | 'prompt' | 'resource' | 'task' | 'list' | 'subscription' | 'method' | 'client';

/** What is acted on (AuthZEN resource, with the backend as its container). */
export interface Resource {
  /** Name of the backend; empty where all of them are meant. */
  readonly backend: string;
  readonly type: ResourceType;
  /** The backend's own name for it: a tool or prompt name, a URI, a list, a task id. */
  readonly id: string;
}

/** What a check may know besides the question itself. */
export interface Facts {
  /** Bytes of the whole request frame. */
  readonly size: number;
  /** Calls of this principal the backend has not answered yet, cancelled ones included. */
  readonly inFlight: number;
  /** For `to-client`: questions of this backend the client has not answered, and its calls in flight. */
  readonly openQuestions: number;
  /** The called tool declares an `outputSchema`, so a truncated result would break the client. */
  readonly structured: boolean;
  /** What the server says of the called tool; undefined for everything but tools. */
  readonly tool?: ToolShape | undefined;
  /** What is offered under the name it is about, as it was listed last; undefined where nothing is compared. */
  readonly offered?: Offered | undefined;
}

/** The question put to policy: may this principal do this action on this resource, with these arguments? */
export interface Call {
  /** Decision id: the same in the log, in the denial and in every record of the call. */
  readonly id: string;
  readonly session: string;
  readonly direction: Direction;
  readonly era: Era;
  readonly principal: Principal;
  /** The MCP method. */
  readonly action: string;
  readonly resource: Resource;
  /** Everything that will be forwarded, already rewritten for its receiver. */
  readonly params: Payload | undefined;
  /** The part of `params` that argument rules judge. */
  readonly args: Payload | undefined;
  readonly facts: Facts;
  /** It was judged and counted before, and is judged again because a person was asked meanwhile. */
  readonly again?: true;
  /** The part of a trace it is; absent where nothing is traced. */
  readonly trace?: CallTrace | undefined;
}

/** What came back, before anything is done to it. */
export interface Reply {
  readonly ok: boolean;
  /** The result, or the error object. */
  readonly body: Payload;
  /** For a list: what each entry is, and where it stands in `body`. */
  readonly items?: readonly ListItem[];
}

export interface ListItem {
  readonly resource: Resource;
  /** What the server says of it, when it is a tool. */
  readonly tool?: ToolShape | undefined;
  /** Its definition as it was sent; undefined where nothing is compared. */
  readonly offered?: Offered | undefined;
  readonly start: number;
  readonly end: number;
}

/** A request that got no reply: the backend failed, and what to say about it. */
export interface Loss {
  readonly code: Code;
  readonly text: string;
  readonly retryAfterMs?: number;
}

/** How a request ended; `cancelled` means that nobody waits for an answer. */
export type Answer = Reply | { readonly loss: Loss } | 'cancelled';
