import type { SqlDialect } from '../../model/rules.ts';

/** Kinds of statements and tables that hold all these texts; undefined when one is not understood. */
export async function sqlEntries(
  _texts: readonly string[],
  _dialect: SqlDialect | undefined,
): Promise<object | undefined> {
  return undefined;
}
