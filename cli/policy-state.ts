import { MachineFiles } from '../backends/files.ts';
import type { Clock } from '../lib/model/clock.ts';
import type { PolicyState } from '../lib/policy/state.ts';

/** What checks remember and ask, for a gateway that runs. */
export function policyState(clock: Clock): PolicyState {
  const absent = () => {
    throw new Error('not composed');
  };
  return {
    clock,
    files: new MachineFiles(),
    stops: { stopping: absent },
    flows: { marks: absent, mark: absent },
    rates: { take: absent },
    budgets: { reserve: absent, settle: absent, look: absent },
  };
}
