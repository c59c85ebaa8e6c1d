import type { Answer } from '../../model/call.ts';
import type { Json } from '../../model/json.ts';
import type { Payload } from '../../wire/payload.ts';
import type { Caller } from '../caller.ts';
import type { ListKind } from '../facts.ts';
import type { Outlet } from '../outlet.ts';
import type { Backend } from '../ports.ts';

/** The members of a subscription filter that ask for list changes (2026-07-28, patterns/subscriptions). */
export const LIST_FILTERS: Readonly<Record<ListKind, string>> = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
};

/** One stream a modern client has opened with `subscriptions/listen`. */
export interface Stream {
  /** Raw JSON of the client's request id, which tags everything on the stream. */
  readonly tag: string;
  readonly caller: Caller;
  readonly outlet: Outlet;
  readonly lists: ReadonlySet<ListKind>;
  /** Resources and tasks asked for, in each backend's own words. */
  readonly uris: ReadonlyMap<Backend, readonly string[]>;
  readonly tasks: ReadonlyMap<Backend, readonly string[]>;
  /** The client's own parameters. */
  readonly params: Payload;
  readonly upstream: Map<Backend, Upstream>;
  readonly done: (answer: Answer) => void;
  acknowledged: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** The part of a stream one backend serves. */
export interface Upstream {
  /** The gateway's own stream to a modern backend; a legacy one has no streams. */
  readonly id?: number;
  /** What the backend agreed to; undefined until it has said so. */
  agreed: Json | undefined;
  /** Gives it up. */
  end(): void;
}

/** The filter for one backend: the list changes the stream wants, and that backend's resources and tasks. */
export function filterFor(stream: Stream, backend: Backend): Json {
  const uris = stream.uris.get(backend);
  const taskIds = stream.tasks.get(backend);
  return { ...listFilter(stream.lists), ...(uris && { resourceSubscriptions: uris }), ...(taskIds && { taskIds }) };
}

export function listFilter(kinds: Iterable<ListKind>): Json {
  return Object.fromEntries([...kinds].map((kind) => [LIST_FILTERS[kind], true]));
}

export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
