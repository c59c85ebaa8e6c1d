import type { Decision } from '../model/decision.ts';
import type { Payload } from '../wire/payload.ts';

/**
 * What became of a case: refused, put to a person, let through without what matters, let through with a mark in the
 * record, or let through.
 */
export const OUTCOMES = ['blocked', 'asked', 'redacted', 'flagged', 'through'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Whether nobody is harmed by it. A mark harms nobody and holds nobody back. */
export function isContained(outcome: Outcome): boolean {
  return outcome === 'blocked' || outcome === 'asked' || outcome === 'redacted';
}

/** What a decision does to `body`, in which `needle` is what must not come through. */
export function outcomeOf(decision: Decision, body: Payload | undefined, needle: string): Outcome {
  const { effect, enforced, edits, findings } = decision;
  if (effect === 'deny') return 'blocked';
  if (effect === 'require_approval') return 'asked';
  if (enforced && body !== undefined && edits.length > 0) {
    const edited = edits.reduce((left, edit) => edit.apply(left), body);
    if (!holds(edited, needle)) return 'redacted';
    return 'flagged';
  }
  return findings.length > 0 ? 'flagged' : 'through';
}

/** Whether some text of the value holds the needle, however its JSON is written. */
function holds(body: Payload, needle: string): boolean {
  const look = (value: unknown): boolean => {
    if (typeof value === 'string') return value.includes(needle);
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(([key, inner]) => key.includes(needle) || look(inner));
  };
  return look(body.json());
}
