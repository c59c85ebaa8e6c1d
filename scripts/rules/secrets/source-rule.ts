/** A rule as people write it, in the syntax of RE2. */
export interface SourceRule {
  readonly id: string;
  /** What a placeholder and a finding call it, when not by its id. */
  readonly label?: string;
  readonly regex: string;
  /** Group that holds the secret; the first that matched when absent. */
  readonly group?: number;
  /** Least Shannon entropy of the secret, in bits a character. */
  readonly entropy?: number;
  /** One of these stands in or near every match, in lower case. */
  readonly keywords: readonly string[];
  /** It only looks like a secret: a value of a name that says so. */
  readonly guess?: boolean;
  readonly allow?: readonly SourceAllowance[];
}

/** What is no secret although it matches. */
export interface SourceAllowance {
  /** What its expressions are put to: the secret, or all that matched. */
  readonly of?: 'secret' | 'match';
  readonly regexes?: readonly string[];
  /** A secret that holds one of them, in any case, is none. */
  readonly stopwords?: readonly string[];
}

/** Rules of one origin. */
export interface SourceRules {
  readonly origin: string;
  readonly version: string;
  readonly rules: readonly SourceRule[];
  /** Holds for every rule. */
  readonly allow: readonly SourceAllowance[];
  /** What else is no secret, by the id of a rule of others. */
  readonly more?: Readonly<Record<string, readonly SourceAllowance[]>>;
  /** Ids of rules of others it does without, with the reason. */
  readonly without?: Readonly<Record<string, string>>;
  /** SHA-256 of values that are published examples. */
  readonly examples: readonly string[];
}
