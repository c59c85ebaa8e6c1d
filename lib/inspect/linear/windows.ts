/** How many tokens are judged together: about a sentence. */
export const WINDOW = 14;
/** A text of two words has little evidence for anything. */
const FEWEST = 8;
/** What a text may lose for its length, for each doubling and at most. */
const LENGTH_COST = 0.2;
const MOST_DOUBLINGS = 6;

/** How much the sum of a window counts; sums of few tokens are not as far from zero as those of many. */
export function normOf(tokens: number): number {
  return 1 / Math.sqrt(Math.max(FEWEST, Math.min(tokens, WINDOW)));
}

/**
 * The evidence of a text from the sum of its worst window. In a long text some window looks bad by chance, so length
 * costs a little; the cost ends soon, or padding would hide an attack.
 */
export function evidenceOf(sum: number, bias: number, tokens: number): number {
  const doublings = Math.min(MOST_DOUBLINGS, Math.log2(1 + tokens / WINDOW));
  return bias + sum * normOf(tokens) - LENGTH_COST * doublings;
}
