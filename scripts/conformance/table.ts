import type { Row } from './compare.ts';
import { EXCUSES, excuseFor } from './excuses.ts';
import { type Outcome, passes } from './outcome.ts';
import { WAYS, type Way } from './reach.ts';
import { LEGS, type Leg, REVISIONS } from './suite.ts';

const TITLES: Readonly<Record<Leg, string>> = { server: 'Server side', client: 'Client side' };
const LEGEND =
  'A cell holds the number of checks that passed. `*`: the set runs the scenario and does not score it, because it is ' +
  'about an extension or younger than the set. `skipped`: the suite skips every check of it.\n';

/** Both tables, and what their marks mean, as Markdown that reads well in a terminal too. */
export function report(rows: readonly Row[]): string {
  const parts = LEGS.map((leg) => {
    const own = rows.filter((row) => row.leg === leg);
    return own.length === 0 ? '' : `## ${TITLES[leg]}\n\n${summary(own)}\n\n${table(own)}\n`;
  });
  const notes = EXCUSES.map(({ reason }, index) => `[${index + 1}] ${reason}\n`);
  return [LEGEND, ...parts.filter((part) => part !== ''), ...notes].join('\n');
}

function summary(rows: readonly Row[]): string {
  const lines = REVISIONS.flatMap((revision) => {
    const scored = rows.filter((row) => row.revision === revision && row.scenario.unscored === undefined);
    if (scored.length === 0) return [];
    const passing = WAYS.map((way) => {
      const count = scored.filter((row) => passesAlways(row, way)).length;
      return `${count} ${way}`;
    });
    return [`- ${revision}: of ${scored.length} scored scenarios pass ${passing.join(', ')}`];
  });
  return lines.join('\n');
}

function passesAlways({ scenario, leg, revision, outcomes }: Row, way: Way): boolean {
  const sometimes = EXCUSES[excuseFor(scenario.name, { leg, revision, way }) - 1]?.sometimes === true;
  return outcomes[way] !== undefined && passes(outcomes[way]) && !sometimes;
}

function table(rows: readonly Row[]): string {
  const names = [...new Set(rows.map(({ scenario }) => scenario.name))];
  const head = ['Scenario', ...REVISIONS.flatMap((revision) => [`${revision} direct`, ...WAYS.slice(1)])];
  const lines = names.map((name) => [
    name,
    ...REVISIONS.flatMap((revision) => {
      const row = rows.find((one) => one.scenario.name === name && one.revision === revision);
      return WAYS.map((way) => (row === undefined ? '' : cell(row, way)));
    }),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]!.length)));
  const drawn = (cells: readonly string[]) =>
    `| ${cells.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
  return [drawn(head), drawn(widths.map((width) => '-'.repeat(width))), ...lines.map(drawn)].join('\n');
}

function cell({ scenario, leg, revision, outcomes }: Row, way: Way): string {
  const outcome = outcomes[way];
  const note = excuseFor(scenario.name, { leg, revision, way });
  if (note > 0 && EXCUSES[note - 1]!.sometimes === true) return `sometimes [${note}]`;
  if (note > 0 && (outcome === undefined || !passes(outcome))) return `never [${note}]`;
  return shown(outcome) + (note > 0 ? ` [${note}]` : '') + (scenario.unscored === undefined ? '' : ' *');
}

function shown(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not run';
  const { passed, failed, warned } = outcome;
  if (passes(outcome)) return passed === 0 ? 'skipped' : `${passed}`;
  return `${passed}, ${failed + warned} FAIL`;
}
