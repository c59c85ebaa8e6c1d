/** What stands behind the tags of placeholders, by scope: a session, or what one modern client asks. */
export interface PlaceholderMemory {
  /** The tag that stands for `secret` in `scope`, where it was found at `place`; undefined when no more can be remembered. */
  tagOf(scope: string, secret: string, place: string): string | undefined;
  /** What the tag stands for, if it was found at this very place. */
  secretOf(scope: string, tag: string, place: string): string | undefined;
}

/** A memory that keeps nothing: no placeholder gets a tag. */
export const NO_PLACEHOLDERS: PlaceholderMemory = { tagOf: () => undefined, secretOf: () => undefined };
