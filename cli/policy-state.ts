import { join } from 'node:path';
import { BudgetFile } from '../backends/budget-file.ts';
import { clientProcess } from '../backends/client-process.ts';
import { MachineFiles } from '../backends/files.ts';
import { FlowFile } from '../backends/flow-file.ts';
import { StopFolder } from '../backends/stops.ts';
import type { Clock } from '../lib/model/clock.ts';
import type { PolicyState } from '../lib/policy/state.ts';
import { FlowMarks } from '../lib/quota/flow-marks.ts';
import { LocalRates } from '../lib/quota/local-rates.ts';

export interface StateOptions {
  /** Where state can be kept. */
  readonly stateDir: string;
  /** Where the emergency brake is, for all gateways of the user: nothing may stand in for it unnoticed. */
  readonly stopsDir: string;
  /** One server of a client that has others, each wrapped by a process of its own: they share what was read. */
  readonly wrapped: boolean;
}

/** What checks remember and ask, for a gateway that runs. Nothing is opened before a rule needs it. */
export interface RunningState extends PolicyState {
  readonly stops: StopFolder;
  close(): void;
}

export function policyState(clock: Clock, { stateDir, stopsDir, wrapped }: StateOptions): RunningState {
  const stops = new StopFolder(stopsDir, clock);
  const budgets = new BudgetFile(join(stateDir, 'budgets'), clock);
  return {
    clock,
    files: new MachineFiles(),
    stops,
    flows: wrapped ? new FlowFile(join(stateDir, 'flows'), clientProcess, clock) : new FlowMarks(clock),
    rates: new LocalRates(clock),
    budgets,
    close: () => {
      stops.close();
      budgets.close();
    },
  };
}
