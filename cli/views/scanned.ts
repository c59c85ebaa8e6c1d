import { namesSecret, secretsIn } from '../../lib/config/words/secret-looks.ts';
import type { Severity } from '../../lib/inspect/assessment.ts';
import type { Mask } from '../../lib/model/mask.ts';
import { type Finding, reaches, SEVERITIES } from '../../lib/scan/finding.ts';
import { ruleNamed } from '../../lib/scan/rules.ts';
import { placeOf } from '../../lib/scan/sarif.ts';
import type { Launch } from '../../lib/scan/subject.ts';
import { shown } from '../output/print.ts';
import type { Looked } from '../scan/server.ts';
import type { Target } from '../scan/targets.ts';

const MASKED = '[masked]';
const KINDS = ['tool', 'prompt', 'resource', 'template', 'instructions'] as const;

/** The exact command of a server, as the question before its start shows it. */
export function launchText({ name, file, launch }: Target, runs: string, mask: Mask): string {
  const from = file === undefined ? '' : `  (${shown(file, 400)})`;
  const lines = [
    `${shown(name, 100)}${from}`,
    `  ${commandOf(launch, mask)}`,
    ...variables(launch.env, mask).map((line) => `  env ${line}`),
    ...variables(launch.headers, () => MASKED).map((line) => `  header ${line}`),
    ...(launch.cwd === undefined || launch.url !== undefined ? [] : [`  in ${shown(launch.cwd, 400)}`]),
    `  ${shown(runs, 400)}`,
  ];
  return lines.join('\n');
}

/** Nothing of it is left out, since it is what will run; words that are not plain stand in quotes. */
function commandOf({ command, args, url }: Launch, mask: Mask): string {
  if (url !== undefined) return shown(withoutTokens(mask(url)), 4000);
  const words = [command, ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
  return shown(withoutTokens(mask(words.join(' '))), 20_000);
}

function variables(values: Readonly<Record<string, string>>, mask: Mask): string[] {
  return Object.entries(values).map(([name, value]) => {
    const secret = namesSecret(name.replaceAll('-', '_'));
    return shown(`${name}=${secret && value !== '' ? MASKED : withoutTokens(mask(value))}`, 2000);
  });
}

function withoutTokens(text: string): string {
  return secretsIn(text).reduce((left, secret) => left.replaceAll(secret, MASKED), text);
}

/** How it went with one server, in a line. */
export function lookedText({ subject, outcome, said, revision, confinedBy }: Looked, mask: Mask): string {
  const name = shown(subject.backend, 100);
  if (outcome !== 'heard') return shown(mask(`${name}: ${said}; only how it is launched was looked at`), 800);
  const counts = KINDS.flatMap((kind) => {
    const count = subject.definitions.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [kind === 'instructions' ? kind : `${count} ${kind}${count === 1 ? '' : 's'}`];
  });
  const held =
    confinedBy === undefined
      ? ''
      : confinedBy === 'none'
        ? ', ran without a sandbox'
        : `, ran in a sandbox (${confinedBy})`;
  return `${name}: ${counts.join(', ') || 'nothing'}; revision ${shown(revision ?? '', 40)}${held}`;
}

/** All findings, the gravest first, and how many there are. */
export function findingsText(findings: readonly Finding[]): string {
  const blocks = findings.map((finding) => {
    const { severity, rule, evidence, view } = finding;
    const read = view === 'plain' ? '' : ` (read as ${view})`;
    return [
      `${severity.toUpperCase().padEnd(8)}  ${shown(rule, 100)}  ${shown(placeOf(finding), 300)}`,
      `  ${ruleNamed(rule).title}: ${shown(evidence, 400)}${shown(read, 40)}`,
      `  what to do: ${ruleNamed(rule).todo}`,
    ].join('\n');
  });
  return [...blocks, countsText(findings)].join('\n');
}

function countsText(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'no findings';
  const counts = [...SEVERITIES].reverse().flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return `${findings.length} finding${findings.length === 1 ? '' : 's'}: ${counts.join(', ')}`;
}

/** The same as data. */
export function reportOf(looked: readonly Looked[], findings: readonly Finding[], failOn: Severity, mask: Mask) {
  const text = (of: string) => shown(mask(of), 1000);
  return {
    ok: !findings.some(({ severity }) => reaches(severity, failOn)),
    fail_on: failOn,
    servers: looked.map(({ subject, outcome, said, revision, confinedBy }) => ({
      name: text(subject.backend),
      ...(subject.file === undefined ? {} : { file: text(subject.file) }),
      outcome,
      ...(said === '' ? {} : { said: text(said) }),
      ...(revision === undefined ? {} : { revision }),
      ...(confinedBy === undefined ? {} : { sandbox: confinedBy }),
      definitions: Object.fromEntries(
        KINDS.map((kind) => [kind, subject.definitions.filter((one) => one.kind === kind).length]),
      ),
    })),
    findings: findings.map((finding) => ({
      rule: finding.rule,
      title: ruleNamed(finding.rule).title,
      severity: finding.severity,
      server: text(finding.backend),
      kind: finding.kind,
      id: text(finding.id),
      at: text(finding.at),
      evidence: text(finding.evidence),
      view: finding.view,
      todo: ruleNamed(finding.rule).todo,
    })),
  };
}
