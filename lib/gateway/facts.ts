import type { Json } from '../model/json.ts';
import type { ListedKind } from '../model/offered.ts';
import type { ParamHeader } from '../model/param-header.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import type { ListMethod } from '../protocol/methods.ts';
import type { Payload } from '../wire/payload.ts';
import type { Caller } from './caller.ts';

/** Lists whose changes clients hear of. */
export type ListKind = 'tools' | 'prompts' | 'resources';

/** Lists whose items are used by name. */
export type NamedKind = 'tools' | 'prompts';

/** What stands in each list of definitions. */
export const LISTED: Readonly<Partial<Record<ListMethod, ListedKind>>> = {
  'tools/list': 'tool',
  'prompts/list': 'prompt',
  'resources/list': 'resource',
  'resources/templates/list': 'template',
};

/** What a legacy client said of itself in `initialize`. */
export interface ClientFacts {
  /** The revision asked for, or the newest legacy one when that is unknown. */
  readonly version: string;
  readonly params: Payload;
  readonly caller: Caller;
}

/** What a backend said of itself when it was opened. */
export interface ServerFacts {
  readonly version: string;
  readonly capabilities: Json;
  readonly instructions: string | undefined;
  /** Its instructions as they came, where policy lets clients read other ones or none. */
  readonly unjudged?: string | undefined;
  /** The whole answer, for a client that is to see it unchanged. */
  readonly result: Payload;
}

/** What routing must know of a tool. */
export interface ToolFacts {
  /** What policy must know of it. */
  readonly shape: ToolShape;
  /** Argument names its schema declares, folded, each with its exact spelling. */
  readonly declared: ReadonlyMap<string, string>;
  readonly structured: boolean;
  /** Whether it runs as a task; a server that does not say so runs it as a call (2025-11-25). */
  readonly tasks: 'forbidden' | 'optional' | 'required';
  /** Arguments that are repeated in headers of its calls. */
  readonly paramHeaders: readonly ParamHeader[];
}

/** The lists a server says it has. */
export function offeredKinds(facts: ServerFacts | undefined): readonly ListedKind[] {
  const { tools, prompts, resources } = facts?.capabilities ?? {};
  return [
    ...(tools === undefined ? [] : (['tool'] as const)),
    ...(prompts === undefined ? [] : (['prompt'] as const)),
    ...(resources === undefined ? [] : (['resource', 'template'] as const)),
  ];
}
