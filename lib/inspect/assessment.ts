/** One text of a message: a value or a name, with where it stands. */
export interface Piece {
  /** JSON pointer to it. */
  readonly at: string;
  readonly text: string;
  /** It is the name of a member and not a value. */
  readonly isKey: boolean;
}

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** Something in a text that is worth telling. */
export interface Hit {
  /** Id of the rule, such as `override.ignore-previous`, of a structural flag, such as `hidden.tags`, or `model`. */
  readonly rule: string;
  readonly category: string;
  readonly severity: Severity;
  /** Index of the piece it stands in; -1 when it goes across several: then `start` is the first of them and `end` the one after the last. */
  readonly piece: number;
  /** Where it stands in the text of the piece as it came; for something decoded, what was decoded. Across several, the first piece, and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** How it was read: `plain`, `folded`, `squashed`, `reversed`, `tags`, `variation-selectors`, or what it was decoded from, such as `base64`. */
  readonly view: string;
}

/** What inspection says of a message. */
export interface Assessment {
  /** From 0 to 1, on a scale on which 0.60, 0.35 and 0.15 are reached by 0.1, 0.3 and 1 % of harmless texts. */
  readonly score: number;
  /** What no harmless text has: hidden instructions, not words. They block whatever the score is. */
  readonly structural: readonly Hit[];
  /** What else was found, the gravest first. */
  readonly hits: readonly Hit[];
  /** Why not everything was looked at; undefined when it was. */
  readonly unseen: string | undefined;
}
