import { nameFindings } from '../registry/names.ts';
import { type Finding, findingIn } from './finding.ts';
import type { Subject } from './subject.ts';

const RULES: Readonly<Record<string, string>> = {
  SP4101: 'name.shadows',
  SP4102: 'name.look-alike',
  SP4103: 'name.refers',
};

/** What is wrong with names over all servers that are used together. */
export function fleetFindings(subjects: readonly Subject[]): Finding[] {
  const owners = new Map(subjects.map((subject) => [subject.backend, subject]));
  const fleet = subjects.map(({ backend, definitions }) => ({ name: backend, items: definitions }));
  return nameFindings(fleet).map(({ code, severity, backend, kind, id, what, evidence }) =>
    findingIn(owners.get(backend)!, {
      rule: RULES[code] ?? 'name.refers',
      severity,
      kind,
      id,
      at: '',
      evidence: evidence === id ? what : `${what}: ${evidence}`,
    }),
  );
}
