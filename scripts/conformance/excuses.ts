import type { Way } from './reach.ts';
import type { Leg, Revision } from './suite.ts';

/** What a scenario was run as. */
export interface Run {
  readonly leg: Leg;
  readonly revision: Revision;
  readonly way: Way;
}

/** Scenarios that cannot have every check they have directly, and why; it must be so as long as it stands here. */
interface Excuse extends Partial<Run> {
  readonly scenarios: RegExp;
  readonly reason: string;
}

export const EXCUSES: readonly Excuse[] = [
  {
    leg: 'client',
    scenarios: /^auth\//,
    reason:
      'The client must find an authorization server, register, take a user through consent and repeat its calls with ' +
      'the token. A backend of Sallyport is given the headers that stand in the config and asks no user for anything.',
  },
  {
    leg: 'client',
    way: 'across',
    scenarios: /^request-metadata$/,
    reason:
      'Three checks look at what the client says it can do, if it says so. All that the client asks for here is a list; ' +
      'for a client that has said it in `initialize`, Sallyport asks for lists in its own name.',
  },
];

/** The number of the reason why a scenario lacks checks this way, from 1; 0 if it must not. */
export function excuseFor(scenario: string, run: Run): number {
  if (run.way === 'direct') return 0;
  const fits = ({ scenarios, leg, revision, way }: Excuse) =>
    scenarios.test(scenario) &&
    (leg ?? run.leg) === run.leg &&
    (revision ?? run.revision) === run.revision &&
    (way ?? run.way) === run.way;
  return EXCUSES.findIndex(fits) + 1;
}
