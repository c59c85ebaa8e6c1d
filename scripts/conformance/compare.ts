import { excuseFor, mustLack, type Run } from './excuses.ts';
import { type Outcome, passes } from './outcome.ts';
import { WAYS, type Way } from './reach.ts';
import type { Leg, Revision, Scenario } from './suite.ts';

/** One scenario of one set, every way. An outcome is missing where the suite had nothing to say. */
export interface Row {
  readonly scenario: Scenario;
  readonly revision: Revision;
  readonly leg: Leg;
  readonly outcomes: Readonly<Partial<Record<Way, Outcome>>>;
}

/** What must not be: a sentence for each scenario that the gateway made worse, or that is excused without need. */
export function faults(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => {
    const { scenario, revision, leg, outcomes } = row;
    const where = `${scenario.name} (${leg}, ${revision})`;
    if (outcomes.direct === undefined || !passes(outcomes.direct)) {
      return scenario.unscored === undefined ? [`${where} does not pass directly`] : [];
    }
    return WAYS.slice(1).flatMap((way) => {
      const fault = faultOf(outcomes.direct!, outcomes[way], scenario.name, { leg, revision, way });
      return fault === undefined ? [] : [`${where}, ${way}: ${fault}`];
    });
  });
}

function faultOf(direct: Outcome, through: Outcome | undefined, name: string, run: Run): string | undefined {
  const good = through !== undefined && passes(through) && through.passed >= direct.passed;
  if (good) return mustLack(name, run) ? 'passes, though it is said to be impossible' : undefined;
  if (excuseFor(name, run) > 0) return undefined;
  if (through === undefined) return 'was not run, and passes directly';
  return passes(through) ? 'has fewer checks than directly' : 'does not pass, and does directly';
}
