import { type Outcome, passes } from './outcome.ts';
import type { Leg, Revision, Scenario } from './suite.ts';

/** One scenario of one set, both ways. An outcome is missing where the suite had nothing to say. */
export interface Pair {
  readonly scenario: Scenario;
  readonly revision: Revision;
  readonly leg: Leg;
  readonly direct: Outcome | undefined;
  readonly through: Outcome | undefined;
}

/** Why a scenario cannot pass through a gateway at all, by its name or by a part of it that ends in `/`. */
export const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'auth/':
    'The client must find an authorization server, register, take a user through consent and repeat its calls with ' +
    'the token. A backend of Sallyport is given the headers that stand in the config and asks no user for anything.',
};

export function impossible({ leg, scenario: { name } }: Pick<Pair, 'leg' | 'scenario'>): string | undefined {
  if (leg === 'server') return undefined;
  return IMPOSSIBLE[name] ?? IMPOSSIBLE[name.slice(0, name.indexOf('/') + 1)];
}

/** What must not be: a sentence for each pair that the gateway made worse, or that is excused without need. */
export function faults(pairs: readonly Pair[]): string[] {
  return pairs.flatMap((pair) => {
    const { scenario, revision, leg, direct, through } = pair;
    const where = `${scenario.name} (${leg}, ${revision})`;
    if (direct === undefined || !passes(direct)) {
      return scenario.unscored === undefined ? [`${where} does not pass directly`] : [];
    }
    if (impossible(pair) !== undefined) {
      return through !== undefined && passes(through)
        ? [`${where} passes through, though it is said to be impossible`]
        : [];
    }
    if (through === undefined) return [`${where} passes directly and was not run through the gateway`];
    if (!passes(through)) return [`${where} passes directly and not through the gateway`];
    if (through.passed < direct.passed) return [`${where} has fewer checks through the gateway`];
    return [];
  });
}
