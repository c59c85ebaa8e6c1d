import { IMPOSSIBLE, impossible, type Pair } from './compare.ts';
import { type Outcome, passes } from './outcome.ts';
import { LEGS, type Leg, REVISIONS } from './suite.ts';

const TITLES: Readonly<Record<Leg, string>> = { server: 'Server side', client: 'Client side' };

/** Both tables, and what their marks mean, as Markdown that reads well in a terminal too. */
export function report(pairs: readonly Pair[]): string {
  const parts = LEGS.map((leg) => {
    const own = pairs.filter((pair) => pair.leg === leg);
    return own.length === 0 ? '' : `## ${TITLES[leg]}\n\n${summary(own)}\n\n${table(own)}\n`;
  });
  const legend =
    'A cell holds the checks of a scenario that passed. `*`: the set runs the scenario and does not score it, because ' +
    'it is about an extension or younger than the set. `skipped`: the suite skips every check of it.\n';
  const notes = Object.values(IMPOSSIBLE).map((reason, index) => `[${index + 1}] ${reason}\n`);
  return `${legend}\n${parts.join('\n')}\n${notes.join('\n')}`;
}

function summary(pairs: readonly Pair[]): string {
  const lines = REVISIONS.map((revision) => {
    const scored = pairs.filter((pair) => pair.revision === revision && pair.scenario.unscored === undefined);
    const good = (outcome: Outcome | undefined) => outcome !== undefined && passes(outcome);
    const direct = scored.filter((pair) => good(pair.direct)).length;
    const through = scored.filter((pair) => good(pair.through)).length;
    const never = scored.filter((pair) => impossible(pair) !== undefined).length;
    const rest = never === 0 ? '' : `, ${never} cannot`;
    return `- ${revision}: ${scored.length} scored scenarios; ${direct} pass directly, ${through} through${rest}`;
  });
  return lines.join('\n');
}

function table(pairs: readonly Pair[]): string {
  const names = [...new Set(pairs.map(({ scenario }) => scenario.name))];
  const head = ['Scenario', ...REVISIONS.flatMap((revision) => [`${revision} direct`, 'through'])];
  const rows = names.map((name) => [
    name,
    ...REVISIONS.flatMap((revision) => {
      const pair = pairs.find((one) => one.scenario.name === name && one.revision === revision);
      return pair === undefined ? ['', ''] : cells(pair);
    }),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function cells(pair: Pair): [string, string] {
  const mark = pair.scenario.unscored === undefined ? '' : ' *';
  const reason = impossible(pair);
  const note = Object.values(IMPOSSIBLE).indexOf(reason ?? '') + 1;
  return [shown(pair.direct) + mark, note > 0 ? `never [${note}]` : shown(pair.through) + mark];
}

function shown(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not run';
  const { passed, failed, warned } = outcome;
  if (passes(outcome)) return passed === 0 ? 'skipped' : `${passed} pass`;
  return `${passed} pass, ${failed + warned} FAIL`;
}
