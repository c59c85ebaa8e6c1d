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
  /** Whether it passes depends on what happens to come first, so it may. */
  readonly sometimes?: true;
  readonly reason: string;
}

export const EXCUSES: readonly Excuse[] = [
  {
    leg: 'client',
    scenarios: /^auth\/resource-mismatch$/,
    reason:
      'One check of three looks at a question to the authorization server. Sallyport asks it nothing once the backend ' +
      'has said that it is another resource.',
  },
  {
    leg: 'client',
    way: 'across',
    scenarios: /^request-metadata$/,
    reason:
      'Three checks look at what the client says it can do, if it says so. All that the client asks for here is a list; ' +
      'for a client that has said it in `initialize`, Sallyport asks for lists in its own name.',
  },
  {
    leg: 'server',
    way: 'across',
    scenarios: /^input-required-result-ignore-extra-params$/,
    reason:
      'The scenario answers questions in the first request, before any was asked. A server of 2025-11-25 asks when it ' +
      'works on the call, and takes no answer before.',
  },
  {
    leg: 'server',
    revision: '2025-11-25',
    scenarios: /^server-sse-(multiple-streams|polling)$/,
    reason:
      'Sallyport answers with JSON when there is nothing to send but the answer, and a server on standard input and ' +
      'output cannot have the stream of a call cut. The suite then has no stream to look at, and passes it or skips it.',
  },
  {
    leg: 'server',
    way: 'across',
    scenarios: /^input-required-result-basic-elicitation$/,
    reason: 'The scenario looks for the key its server gave the question. A question of 2025-11-25 has none.',
  },
  {
    leg: 'server',
    way: 'across',
    scenarios: /^input-required-result-multiple-input-requests$/,
    sometimes: true,
    reason:
      'A server of 2025-11-25 puts three questions one after the other. Those that come with the first are asked in ' +
      'the same round, the others in the next; the scenario wants all three in the first.',
  },
  {
    leg: 'server',
    way: 'across',
    scenarios: /^server-stateless$/,
    reason:
      'Up to 2025-11-25 a server has no code for a capability that its client lacks. What it says instead in the result ' +
      'of the call is passed on as it is.',
  },
  {
    leg: 'server',
    way: 'across',
    scenarios: /^tasks-(?!status)/,
    reason: 'The fixture makes tasks of calls in 2026-07-28 only: the official SDK has none for 2025-11-25.',
  },
];

/** Whether the scenario must lack checks this way. */
export function mustLack(scenario: string, run: Run): boolean {
  const excuse = EXCUSES[excuseFor(scenario, run) - 1];
  return excuse !== undefined && excuse.sometimes !== true;
}

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
