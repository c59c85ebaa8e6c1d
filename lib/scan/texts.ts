import type { Assessment, Hit, Piece } from '../inspect/assessment.ts';
import type { Pieces } from '../inspect/pieces.ts';
import { keysOf } from '../model/json-pointer.ts';
import { hasActing } from '../model/printable.ts';
import { definitionFindings } from '../registry/definition-findings.ts';
import type { OfferedItem } from '../registry/offered.ts';
import { covered, excerpt, revealed } from './evidence.ts';
import { type Finding, findingIn } from './finding.ts';
import type { Subject } from './subject.ts';

/** What texts hold: instructions, and secrets. */
export interface TextJudges {
  /** Every text of a definition, which is given as JSON. */
  readonly piecesOf: (json: string) => Pieces;
  readonly assess: (pieces: Pieces) => Assessment;
  /** Secrets in one text: the name of each kind, and where it stands; `name` is that of the member it is the value of. */
  readonly secretsIn: (
    text: string,
    name: string | undefined,
  ) => readonly { readonly kind: string; readonly start: number; readonly end: number }[];
}

/** Scores that 0.2 % and 0.1 % of harmless texts reach. */
const SUSPECT = 0.35;
const GRAVE = 0.6;

/** What stands in the texts of one definition: every value and every name in it. */
export function textFindings(subject: Subject, definition: OfferedItem, judges: TextJudges): Finding[] {
  const { kind, id } = definition;
  const pieces = judges.piecesOf(definition.text);
  const { list, unseen } = pieces;
  const secrets = list.map(({ at, text, isKey }) => judges.secretsIn(text, isKey ? undefined : keysOf(at).at(-1)));
  const seen = (piece: number, start: number, end: number) =>
    excerpt(covered(list[piece]?.text ?? '', secrets[piece] ?? []), start, end);
  const assessment = judges.assess(pieces);
  const here = (rest: Pick<Finding, 'rule' | 'severity' | 'at' | 'evidence'> & { view?: string }) =>
    findingIn(subject, { kind, id, ...rest });
  const of = ({ rule, severity, piece, start, end, view }: Hit) => {
    const found = list[piece];
    const evidence = found === undefined ? 'goes across several texts' : seen(piece, start, end);
    return here({ rule, severity, at: found?.at ?? '', evidence, view });
  };
  const found = [...assessment.structural, ...assessment.hits].filter(({ rule }) => rule !== 'model').map(of);
  if (assessment.score >= SUSPECT && !found.some(({ severity }) => severity === 'high' || severity === 'critical')) {
    const severity = assessment.score >= GRAVE ? 'high' : 'medium';
    const at = assessment.hits.find(({ rule, piece }) => rule === 'model' && piece >= 0);
    const index = at?.piece ?? longest(list);
    const piece = list[index];
    const evidence = `score ${assessment.score.toFixed(2)}: ${seen(index, at?.start ?? 0, at?.end ?? 96)}`;
    found.push(here({ rule: 'text.score', severity, at: piece?.at ?? '', evidence }));
  }
  const missed = unseen ?? assessment.unseen;
  if (missed !== undefined) found.push(here({ rule: 'text.unseen', severity: 'medium', at: '', evidence: missed }));
  for (const [index, { at }] of list.entries()) {
    for (const { kind: secret } of secrets[index]!)
      found.push(here({ rule: 'text.secret', severity: 'high', at, evidence: secret }));
  }
  found.push(...concealed(subject, definition, found));
  if (hasActing(id)) found.push(here({ rule: 'name.hidden', severity: 'high', at: '', evidence: revealed(id) }));
  return onceEach(found);
}

/** Characters nobody sees, where inspection has not told of them with their place. */
function concealed(subject: Subject, definition: OfferedItem, found: readonly Finding[]): Finding[] {
  if (found.some(({ rule }) => rule.startsWith('hidden'))) return [];
  return definitionFindings(subject.backend, definition)
    .filter(({ code }) => code === 'SP4105')
    .map(({ kind, id, severity, evidence }) => {
      const shown = excerpt(evidence, 0, evidence.length);
      return findingIn(subject, { rule: 'hidden.characters', severity, kind, id, at: '', evidence: shown });
    });
}

/** One rule at one place is told once, however often it is met there. */
function onceEach(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((one) => [`${one.rule}\0${one.at}`, one] as const).reverse()).values()].reverse();
}

/** Index of the longest text. */
function longest(pieces: readonly Piece[]): number {
  return pieces.reduce((most, { text }, index) => (text.length > (pieces[most]?.text.length ?? 0) ? index : most), 0);
}
