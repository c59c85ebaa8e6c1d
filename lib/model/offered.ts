/** What a definition is of. A server has one, `instructions`, with an empty id. */
export type ItemKind = 'tool' | 'prompt' | 'resource' | 'template' | 'instructions';

/** What a server lists. */
export type ListedKind = Exclude<ItemKind, 'instructions'>;

export const LISTED_KINDS: readonly ListedKind[] = ['tool', 'prompt', 'resource', 'template'];

/** One definition as a server gives it now, before anything of it was changed. */
export interface Offered {
  readonly kind: ItemKind;
  /** The server's own name for it, URI or URI template; empty for instructions. */
  readonly id: string;
  /** As of a `LockedItem`; undefined for what the server does not list, and for what cannot be hashed. */
  readonly hash: string | undefined;
  /** Why it is kept out: it can be read in two ways, or inspection says so. */
  readonly refused?: string | undefined;
}
