import type { Severity } from '../inspect/assessment.ts';
import type { FoundIn, Subject } from './subject.ts';

/** Something about a server that somebody should know. */
export interface Finding {
  /** Id of the rule; {@link ruleNamed} says what it means. */
  readonly rule: string;
  readonly severity: Severity;
  readonly backend: string;
  readonly file: string | undefined;
  readonly kind: FoundIn;
  readonly id: string;
  /** JSON pointer into the definition, or into `{command, args, env, url}`; empty for all of it. */
  readonly at: string;
  /** What was seen, short; may hold secrets and characters that act, so it goes through a mask and `printable`. */
  readonly evidence: string;
  /** How the text had to be read to see it; `plain` where nothing had to be done. */
  readonly view: string;
}

export const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** Whether a severity is the one that is asked for, or graver. */
export function reaches(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}

export function findingIn(
  { backend, file }: Subject,
  rest: Omit<Finding, 'backend' | 'file' | 'view'> & { readonly view?: string },
): Finding {
  return { backend, file, view: 'plain', ...rest };
}

/** The gravest first; among equals by server, then by rule and place, so that the order never changes. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const key = ({ backend, kind, id, at, rule }: Finding) => [backend, kind, id, at, rule].join('\0');
  return [...findings].sort(
    (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || (key(a) < key(b) ? -1 : 1),
  );
}
