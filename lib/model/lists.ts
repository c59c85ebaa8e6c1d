/** A glob of a list, with where it stands. */
export interface Pattern {
  readonly glob: string;
  /** Path in the config, for example `backends[0].denied_tools[1]`. */
  readonly rule: string;
  /** `file:line`, or the flag it came from. */
  readonly source: string;
}

/** One layer's list of what is granted. */
export interface Allowed {
  readonly patterns: readonly Pattern[];
  /** Rank of the layer it is of: 1 for the first, more for those that may only tighten it. */
  readonly layer: number;
  readonly rule: string;
  readonly source: string;
}

/**
 * Allow and deny lists of one kind of thing, from all layers. A thing must be on every allow list there is
 * and on no deny list; with no allow list at all the default decides.
 */
export interface Lists {
  readonly allowed: readonly Allowed[];
  readonly denied: readonly Pattern[];
}
