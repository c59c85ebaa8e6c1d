import type { Json } from './json.ts';

/** What argument rules judge. */
export type ArgumentKind = 'paths' | 'sql' | 'commands' | 'domains';

/** What a server says of one of its tools, as far as policy needs it. It is untrusted. */
export interface ToolShape {
  /** Its `inputSchema` as it was listed. */
  readonly schema: Json;
  readonly annotations: Json;
  /** Why its schema cannot be judged by: the tool is refused until the server mends it. */
  readonly defect: string | undefined;
  /** JSON text of the whole entry as it was listed; undefined where no list was read. */
  readonly definition?: string;
  /** The hash of its whole definition, where it is compared with what is pinned. */
  readonly hash?: string | undefined;
}
