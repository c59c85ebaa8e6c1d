import type { Line, Report } from './report.ts';

const COLUMNS: readonly (readonly [title: string, of: (line: Line) => string])[] = [
  ['attacks', ({ attacks }) => String(attacks)],
  ['harmless', ({ harmless }) => String(harmless)],
  ['recall', ({ recall }) => percent(recall)],
  ['false pos.', ({ falsePositives }) => percent(falsePositives, 2)],
  ['AUC', ({ auc }) => (auc === null ? '-' : auc.toFixed(3))],
  ['R at 1 %', ({ recallAt1 }) => percent(recallAt1)],
  ['R at 0.1 %', ({ recallAt01 }) => percent(recallAt01)],
];
const NAME_WIDTH = 44;

/** The report as tables for people. */
export function printed(report: Report): string {
  const { threshold, ordinary, structural, microsPerKb, rulesInHarmless } = report;
  return [
    `recall and false positives at ${threshold}; R at 1 % and 0.1 %: recall where so many harmless texts are flagged`,
    '',
    ...table('', [report.overall]),
    ...table('channel, each by its own harmless texts', report.channels),
    ...table('family of attacks', report.families),
    ...table('kind', report.kinds),
    ...table('source', report.sources),
    `ordinary harmless texts (none that talks about attacks or instructs agents): ${ordinary.count}, false positives ${percent(ordinary.falsePositives, 2)}`,
    `structural flags on harmless texts: ${percent(structural.share, 3)} ${counts(structural.flags)}`,
    `rules that found something in harmless texts: ${counts(rulesInHarmless) || 'none'}`,
    `time: ${microsPerKb.p50} µs per KB (p50), ${microsPerKb.p99} (p99)`,
  ].join('\n');
}

function table(title: string, lines: readonly Line[]): string[] {
  const head = [title.padEnd(NAME_WIDTH), ...COLUMNS.map(([name]) => name.padStart(10))].join(' ');
  const rows = lines.map((line) =>
    [cut(line.name).padEnd(NAME_WIDTH), ...COLUMNS.map(([, of]) => of(line).padStart(10))].join(' '),
  );
  return [head, ...rows, ''];
}

function cut(name: string): string {
  return name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name;
}

function percent(share: number | null, digits = 1): string {
  return share === null ? '-' : `${(share * 100).toFixed(digits)} %`;
}

function counts(of: Readonly<Record<string, number>>): string {
  return Object.entries(of)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
