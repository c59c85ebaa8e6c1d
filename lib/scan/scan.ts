import { annotationFindings } from './annotations.ts';
import { capabilityFindings, type EffectOf } from './capabilities.ts';
import { type Finding, findingIn, inOrder } from './finding.ts';
import { launchFindings } from './launch.ts';
import { fleetFindings } from './names.ts';
import type { Subject } from './subject.ts';
import { type TextJudges, textFindings } from './texts.ts';

/** Whoever answers what `scan` asks. */
export interface ScanJudges extends TextJudges {
  readonly effectOf: EffectOf;
  /** Whether a value stands in the file of a server as it is, and does not come from the environment. */
  readonly fileHolds: (subject: Subject, value: string) => boolean;
}

/** Everything there is to say of servers that one client uses together, the gravest first. */
export function findingsOf(subjects: readonly Subject[], judges: ScanJudges): Finding[] {
  const each = subjects.flatMap((subject) => [
    ...launchFindings(subject, (value) => judges.fileHolds(subject, value)),
    ...annotationFindings(subject),
    ...subject.definitions.flatMap((definition) => textFindings(subject, definition, judges)),
    ...subject.refused.map(({ kind, id = '', why }) =>
      findingIn(subject, { rule: 'definition.unreadable', severity: 'high', kind, id, at: '', evidence: why }),
    ),
  ]);
  return inOrder([...each, ...fleetFindings(subjects), ...capabilityFindings(subjects, judges.effectOf)]);
}
