import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { Severity } from '../inspect/assessment.ts';
import type { Finding } from './finding.ts';
import { ruleNamed } from './rules.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const HOME = 'https://www.npmjs.com/package/sallyport';

const LEVELS: Readonly<Record<Severity, 'note' | 'warning' | 'error'>> = {
  low: 'note',
  medium: 'warning',
  high: 'error',
  critical: 'error',
};
/** On the scale by which code hosts sort security results. */
const SCORES: Readonly<Record<Severity, string>> = { low: '2.0', medium: '5.0', high: '8.0', critical: '9.5' };

export interface SarifOptions {
  readonly version: string;
  /** Whether every server that was to be started was. */
  readonly successful: boolean;
  /** Makes text of others safe to show. */
  readonly shown: (text: string) => string;
}

/** Findings as a log of SARIF 2.1.0. */
export function sarifOf(findings: readonly Finding[], { version, successful, shown }: SarifOptions) {
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort();
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Sallyport', version, informationUri: HOME, rules: ids.map(ruleEntry) } },
        invocations: [{ executionSuccessful: successful }],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, ids.indexOf(finding.rule), shown)),
      },
    ],
  };
}

function ruleEntry(id: string) {
  const { title, about, todo, severity } = ruleNamed(id);
  return {
    id,
    name: id.replace(/(?:^|[.-])(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${title}.` },
    fullDescription: { text: about },
    help: { text: `${about} What to do: ${todo}.`, markdown: `${about}\n\n**What to do:** ${todo}.` },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { 'security-severity': SCORES[severity], tags: ['security', 'mcp'] },
  };
}

function resultOf(finding: Finding, ruleIndex: number, shown: (text: string) => string) {
  const { rule, severity, backend, file, kind, id, at, evidence, view } = finding;
  const where = placeOf(finding);
  const logicalLocations = [
    { name: shown(id === '' ? backend : id), fullyQualifiedName: shown(where), kind: LOGICAL_KINDS[kind] ?? 'object' },
  ];
  const physicalLocation = file === undefined ? {} : { physicalLocation: fileLocation(file) };
  const fingerprint = createHash('sha256').update([rule, where].join('\0')).digest('hex');
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: `${shown(where)}: ${ruleNamed(rule).title}. ${shown(evidence)}` },
    locations: [{ ...physicalLocation, logicalLocations }],
    partialFingerprints: { 'sallyport/v1': fingerprint },
    properties: { severity, server: shown(backend), kind, id: shown(id), at: shown(at), view },
  };
}

/** What SARIF calls such things. */
const LOGICAL_KINDS: Readonly<Partial<Record<Finding['kind'], string>>> = { tool: 'function', resource: 'resource' };

function fileLocation(file: string) {
  return { artifactLocation: { uri: pathToFileURL(file).href }, region: { startLine: 1 } };
}

/** `server/tool read_file /inputSchema/description`, or as much of it as there is. */
export function placeOf({ backend, kind, id, at }: Pick<Finding, 'backend' | 'kind' | 'id' | 'at'>): string {
  const what = kind === 'server' ? '' : id === '' ? ` ${kind}` : ` ${kind} ${id}`;
  return `${backend}${what}${at === '' ? '' : ` ${at}`}`;
}
