/** What a session is marked with that has read a text with instructions in it; flows say `after: "@flagged"`. */
export const FLAGGED = '@flagged';

/** Which flows have had their first half, by scope: a session, or a client process whose servers are wrapped one by one. */
export interface FlowMemory {
  /** Names of the marks that were set in `scope` and are still remembered. Throws when it cannot be told. */
  marks(scope: string): ReadonlySet<string>;
  /** Remembers; throws when it cannot be remembered. */
  mark(scope: string, names: readonly string[]): void;
}
