import type { Severity } from '../inspect/assessment.ts';
import type { Finding } from './finding.ts';
import type { OfferedItem, RefusedItem } from './offered.ts';
import { hidesCharacters, sentencesOf } from './sentences.ts';

/** What inspection finds in a definition. */
export interface Suspicion {
  /** What it is, for people: a rule or a score. */
  readonly what: string;
  readonly severity: Severity;
  /** No harmless text has it. */
  readonly structural: boolean;
  /** The sentence it stands in. */
  readonly sentence: string;
}

/** Tags and marks that turn text around: they have no place in a definition, whatever its language. */
const CONCEALING = /[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;

/** What is to be said of one definition by itself. */
export function definitionFindings(backend: string, item: OfferedItem | RefusedItem, suspicion?: Suspicion): Finding[] {
  const { kind } = item;
  const about = { backend, kind, id: item.id ?? '' };
  if ('why' in item) {
    return [{ ...about, code: 'SP4104', severity: 'high', what: item.why, evidence: item.id ?? '', structural: true }];
  }
  const findings: Finding[] = [];
  const hidden = sentencesOf([item.id, ...textsIn(item.definition)].join('\n')).find(hidesCharacters);
  if (hidden !== undefined) {
    const conceals = CONCEALING.test(hidden);
    findings.push({
      ...about,
      code: 'SP4105',
      severity: conceals ? 'critical' : 'medium',
      what: 'it has characters nobody sees',
      evidence: hidden,
      structural: conceals,
    });
  }
  if (suspicion !== undefined) {
    const { what, severity, structural, sentence } = suspicion;
    findings.push({
      ...about,
      code: 'SP4106',
      severity,
      what: `inspection found ${what}`,
      evidence: sentence,
      structural,
    });
  }
  return findings;
}

/** Every text of a definition, names of members among them. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}
