import type { Severity } from '../assessment.ts';

/** What a finding of a rule is worth alone, on the scale of `Assessment.score`. */
export const WORTH: Readonly<Record<Severity, number>> = { low: 0.06, medium: 0.27, high: 0.7, critical: 0.9 };

const GRAVEST_FIRST: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

export function byGravity(one: { readonly severity: Severity }, other: { readonly severity: Severity }): number {
  return GRAVEST_FIRST.indexOf(one.severity) - GRAVEST_FIRST.indexOf(other.severity);
}

/** How grave a finding of the model is, by its score. */
export function severityOf(score: number): Severity {
  if (score >= 0.85) return 'critical';
  if (score >= 0.6) return 'high';
  return score >= 0.35 ? 'medium' : 'low';
}
