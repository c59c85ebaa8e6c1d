import type { AlertFilter } from '../model/alerts-config.ts';

/** What a record says of itself, as far as alerts look at it. Undefined where it does not say. */
export interface Seen {
  readonly code: string | undefined;
  readonly backend: string | undefined;
  /** `backend/tool`. */
  readonly tool: string | undefined;
  readonly principal: string | undefined;
  /** The name of the principal by itself, where `principal` says more. */
  readonly subject: string | undefined;
}

/** Whether a record is one a rule is about; undefined where every record is. */
export function compileFilters(filters: readonly AlertFilter[]): ((seen: Seen) => boolean) | undefined {
  if (filters.length === 0) return undefined;
  return (seen) =>
    filters.every(({ field, value, isPrefix }) => {
      const is = (said: string | undefined) =>
        said !== undefined && (isPrefix ? said.startsWith(value) : said === value);
      return is(seen[field]) || (field === 'principal' && is(seen.subject));
    });
}
