import type { Ran } from '../../lib/attack/run.ts';
import type { CategoryTally, Through } from '../../lib/attack/tally.ts';
import { columns, shown } from '../output/print.ts';

interface Attacked {
  readonly percent: number;
  readonly tallies: readonly CategoryTally[];
  readonly ran: readonly Ran[];
  readonly through: readonly Through[];
}

/** A row for each category, then what got through with what would hold it. */
export function attackText({
  percent,
  least,
  tallies,
  ran,
  through,
}: Attacked & { least: number | undefined }): string {
  const rows = tallies.map(({ name, attacks, contained, outcomes, harmless, falsePositives, asked, idle }) => {
    if (attacks + harmless === 0) return [name, 'does not apply', '', '', '', '', '', '', ''];
    return [
      name,
      `${contained}/${attacks}`,
      ...[outcomes.blocked, outcomes.asked, outcomes.redacted, outcomes.flagged].map(count),
      `${falsePositives}/${harmless}`,
      count(asked),
      count(idle),
    ];
  });
  const head = [
    'category',
    'contained',
    'blocked',
    'asked',
    'redacted',
    'flagged',
    'false positives',
    'harmless asked',
    'idle',
  ];
  const wrong = ran.filter(
    ({ case: { harmless }, outcome }) => harmless && (outcome === 'blocked' || outcome === 'redacted'),
  );
  return [
    columns([head, ...rows]),
    ...through.flatMap(throughLines),
    ...(wrong.length === 0 ? [] : ['harmless, and stopped all the same:']),
    ...wrong.map((one) => {
      const {
        case: { id },
        outcome,
        code,
      } = one;
      return shown(`  ${id}  at ${nameOf(one)}  ${outcome}${code === undefined ? '' : ` (${code})`}`, 300);
    }),
    ...totals(percent, least, tallies),
  ].join('\n');
}

function throughLines({ fix, ran }: Through): string[] {
  return [
    'got through:',
    ...byCase(ran).map(([id, all]) => {
      const flagged = all.every(({ outcome }) => outcome === 'flagged');
      return shown(`  ${id}  at ${all.map(nameOf).join(', ')}${flagged ? '  (only flagged)' : ''}`, 400);
    }),
    fix === undefined
      ? '  no line of the config contains what is not recognised; approvals, effects and flows hold what follows from it'
      : shown(`  to contain ${ran.length === 1 ? 'it' : 'them'}: ${fix}`, 400),
  ];
}

function byCase(ran: readonly Ran[]): [string, Ran[]][] {
  const cases = new Map<string, Ran[]>();
  for (const one of ran) cases.set(one.case.id, [...(cases.get(one.case.id) ?? []), one]);
  return [...cases];
}

function nameOf({ backend, tool }: Ran): string {
  return `${backend}/${tool}`;
}

function totals(percent: number, least: number | undefined, tallies: readonly CategoryTally[]): string[] {
  const sum = (of: (one: CategoryTally) => number) => tallies.reduce((all, one) => all + of(one), 0);
  const attacks = `${sum(({ contained }) => contained)} of ${sum((one) => one.attacks)} attacks contained (${percent} %)`;
  const harmless = `${sum(({ falsePositives }) => falsePositives)} of ${sum((one) => one.harmless)} harmless ones stopped`;
  const idle = `${sum((one) => one.idle)} cases do not apply to this config`;
  return [
    `${attacks}, ${harmless}, ${idle}`,
    ...(least === undefined || percent >= least ? [] : [`too little: ${least} % are asked for`]),
  ];
}

function count(number: number): string {
  return number === 0 ? '-' : String(number);
}

/** The same as data. */
export function attackReport({
  ok,
  policy,
  percent,
  tallies,
  ran,
  through,
}: Attacked & { readonly ok: boolean; readonly policy: string }) {
  return {
    ok,
    policy,
    contained_percent: percent,
    categories: tallies.map(({ name, about, falsePositives, ...rest }) => ({
      name,
      about,
      ...rest,
      false_positives: falsePositives,
    })),
    cases: ran.map(({ case: { id, harmless }, backend, tool, outcome, code }) => ({
      id,
      harmless,
      tool: `${backend}/${tool}`,
      outcome,
      ...(code === undefined ? {} : { code }),
    })),
    through: through.map(({ fix, ran: all }) => ({
      ...(fix === undefined ? {} : { fix }),
      cases: all.map((one) => `${one.case.id} at ${nameOf(one)}`),
    })),
  };
}
