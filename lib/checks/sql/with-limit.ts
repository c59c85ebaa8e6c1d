import type { SqlFacts } from '../../parse/sql/facts.ts';

/**
 * The text with its outermost query limited to `most` rows: spliced, never written anew. Undefined when it needs no
 * change, `elsewhere` when the limit cannot be set in the text.
 */
export function withLimit(text: string, { limit }: SqlFacts, most: number): string | 'elsewhere' | undefined {
  if (limit === undefined || (limit.rows !== undefined && limit.rows <= most)) return undefined;
  if (limit.at === undefined) return 'elsewhere';
  const { start, end } = limit.at;
  // A new line, because the text before it may end in a comment that goes on to the end of its line.
  const put = start === end ? `\nLIMIT ${most}` : String(most);
  return `${text.slice(0, start)}${put}${text.slice(end)}`;
}
