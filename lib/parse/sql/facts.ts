import type { Later } from '../../model/later.ts';

/** A name as the dialect folds it, from the least to the most precise part: `['public', 'users']`. */
export type SqlName = readonly string[];

/** One statement, or one that stands in another. */
export interface SqlStatement {
  /** In the words of the language: `SELECT`, `DROP TABLE`, `COPY PROGRAM`, `EXPLAIN ANALYZE`. */
  readonly kind: string;
  readonly reads: readonly SqlName[];
  readonly writes: readonly SqlName[];
  /** Functions, procedures and, with a schema of their own, operators. */
  readonly functions: readonly SqlName[];
  /** Whether it can only read, as far as functions allow. */
  readonly readsOnly: boolean;
  /** Destroys, hands out rights, reaches files, programs or the network, or defines code: what people should decide. */
  readonly destructive: boolean;
  /** What keeps its tables from being known; undefined when they are. */
  readonly opaque: string | undefined;
  /** Whether an UPDATE or DELETE has a condition that looks at rows; undefined for others. */
  readonly filtered: boolean | undefined;
}

/** The limit of the outermost query. */
export interface SqlLimit {
  /** Rows; undefined when the text has no limit, or one that is no plain number. */
  readonly rows: number | undefined;
  /** Offsets in the text where a number stands that can be lowered; an empty range is where a limit can be added. */
  readonly at: { readonly start: number; readonly end: number } | undefined;
}

export interface SqlFacts {
  /** Statements that stand side by side. */
  readonly count: number;
  /** All of them with those inside them, outermost first. */
  readonly statements: readonly SqlStatement[];
  /** Of a text that is one query; undefined for others. */
  readonly limit: SqlLimit | undefined;
  /** A backslash in a string without `E` that some servers read as an escape: it changes a value, or where a string ends. */
  readonly backslash: 'none' | 'value' | 'extent';
}

/** The text could not be understood; the message is the parser's reason. */
export class SqlFault extends Error {}

/** Reads SQL of one dialect. Throws or rejects with {@link SqlFault} for what cannot be understood. */
export interface SqlParser {
  read(text: string): Later<SqlFacts>;
  /** Whether two texts of one query each differ in nothing but the limit of the outermost query. */
  sameButLimit(one: string, other: string): Later<boolean>;
}

export const MAX_SQL_BYTES = 64 * 1024;
export const MAX_SQL_NESTING = 200;
