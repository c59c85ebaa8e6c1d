import type { Severity } from '../assessment.ts';
import { WORTH } from './severity.ts';

/** What counts of a finding of a rule. */
export interface Ground {
  readonly category: string;
  readonly severity: Severity;
  /** It is perhaps only mentioned, as an example. */
  readonly isMention: boolean;
}

/** What a mention is worth, of what it would be worth in use. */
export const MENTION = 0.5;
/** How much nearer to 1 each further category brings, and how many count. */
const CORROBORATION = 0.25;
const MOST_CATEGORIES = 4;

/**
 * One score of what rules found and what the model says. The gravest finding counts, not how many there are or how much
 * else stands around it; findings of other categories corroborate, and so does the model.
 */
export function combined(grounds: readonly Ground[], model: number): number {
  let gravest = 0;
  const categories = new Map<string, number>();
  for (const { category, severity, isMention } of grounds) {
    const worth = WORTH[severity] * (isMention ? MENTION : 1);
    gravest = Math.max(gravest, worth);
    categories.set(category, Math.max(categories.get(category) ?? 0, worth));
  }
  const others = [...categories.values()].filter((worth) => worth >= WORTH.medium * MENTION).length - 1;
  const doubt = (1 - gravest) * (1 - CORROBORATION) ** Math.max(0, Math.min(MOST_CATEGORIES - 1, others));
  return 1 - doubt * (1 - model);
}
