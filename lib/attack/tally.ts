import type { Category } from './case.ts';
import { isContained, OUTCOMES, type Outcome } from './outcome.ts';
import type { Ran } from './run.ts';

/** How one category went. */
export interface CategoryTally {
  readonly name: string;
  readonly about: string;
  readonly attacks: number;
  readonly contained: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly harmless: number;
  /** Harmless ones that were refused, or lost what they were about. */
  readonly falsePositives: number;
  /** Harmless ones a person would have to agree to. */
  readonly asked: number;
  /** Cases nothing in the config can be used for. */
  readonly idle: number;
}

/** What became of the cases of each category. */
export function tally(
  categories: readonly Category[],
  ran: readonly Ran[],
  idle: readonly { readonly category: string }[],
): CategoryTally[] {
  return categories.map(({ name, about }) => {
    const own = ran.filter((one) => one.case.category === name);
    const attacks = own.filter((one) => !one.case.harmless);
    const harmless = own.filter((one) => one.case.harmless);
    const counted = (of: Outcome) => attacks.filter(({ outcome }) => outcome === of).length;
    return {
      name,
      about,
      attacks: attacks.length,
      contained: attacks.filter(({ outcome }) => isContained(outcome)).length,
      outcomes: Object.fromEntries(OUTCOMES.map((of) => [of, counted(of)])) as Record<Outcome, number>,
      harmless: harmless.length,
      falsePositives: harmless.filter(({ outcome }) => outcome === 'blocked' || outcome === 'redacted').length,
      asked: harmless.filter(({ outcome }) => outcome === 'asked').length,
      idle: idle.filter(({ category }) => category === name).length,
    };
  });
}

/** Which of them the change does contain, as `again` shows, and which it does not. */
export function proven(fix: string, ran: readonly Ran[], again: readonly Ran[]): Through[] {
  const held = new Set(again.filter(({ outcome }) => isContained(outcome)).map(keyOf));
  const contained = ran.filter((one) => held.has(keyOf(one)));
  const left = ran.filter((one) => !held.has(keyOf(one)));
  return [
    ...(contained.length === 0 ? [] : [{ fix, ran: contained }]),
    ...(left.length === 0 ? [] : [{ fix: undefined, ran: left }]),
  ];
}

/** Those with a remedy first; those without stand together at the end. */
export function helplessLast(through: readonly Through[]): Through[] {
  const helpless = through.filter(({ fix }) => fix === undefined).flatMap(({ ran }) => ran);
  const helped = through.filter(({ fix }) => fix !== undefined);
  return helpless.length === 0 ? helped : [...helped, { fix: undefined, ran: helpless }];
}

function keyOf({ case: { id }, backend }: Ran): string {
  return `${id} ${backend}`;
}

/** Whole percent, rounded down: 100 means all. */
export function percent(part: number, all: number): number {
  return all === 0 ? 100 : Math.floor((100 * part) / all);
}

/** Attacks that got through, and what a change of the config would do about them. */
export interface Through {
  /** The change as a line of YAML; undefined where none helps, because nothing recognises the attack. */
  readonly fix: string | undefined;
  readonly ran: readonly Ran[];
}

/** Attacks that got through, by the change that may contain them. */
export function throughByFix(ran: readonly Ran[]): { readonly fix: string; readonly ran: readonly Ran[] }[] {
  const through = ran.filter((one) => !one.case.harmless && !isContained(one.outcome));
  const fixes = new Map<string, Ran[]>();
  for (const one of through) fixes.set(one.fix ?? '', [...(fixes.get(one.fix ?? '') ?? []), one]);
  return [...fixes].map(([fix, all]) => ({ fix, ran: all }));
}
