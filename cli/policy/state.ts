import { join } from 'node:path';
import { BudgetFile } from '../../backends/budget-file.ts';
import { clientProcess } from '../../backends/client-process.ts';
import { MachineFiles } from '../../backends/files.ts';
import { FlowFile } from '../../backends/flow-file.ts';
import { StopFolder } from '../../backends/stops.ts';
import type { TellHabits } from '../../lib/model/anomaly.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { Heard } from '../../lib/model/heard.ts';
import { NO_PINS, type Pins } from '../../lib/model/pins.ts';
import type { PolicyState } from '../../lib/policy/state.ts';
import { FlowMarks } from '../../lib/quota/flow-marks.ts';
import { LocalRates } from '../../lib/quota/local-rates.ts';
import { Placeholders } from '../../lib/quota/placeholders.ts';
import { HabitsLater } from './habits-later.ts';

export interface StateOptions {
  /** Where state can be kept. */
  readonly stateDir: string;
  /** Where the emergency brake is, for all gateways of the user: nothing may stand in for it unnoticed. */
  readonly stopsDir: string;
  /** One server of a client that has others, each wrapped by a process of its own: they share what was read. */
  readonly wrapped: boolean;
  /** What is pinned of the backends [nothing]. */
  readonly pins?: Pins | undefined;
  /** Hears how much of a budget is spent. */
  readonly spent?: PolicyState['spent'];
  /** Hears of calls that are unlike those before, and of what becomes of what was learned [nobody]. */
  readonly tellHabits?: TellHabits;
}

/** What checks remember and ask, for a gateway that runs. Nothing is opened before a rule needs it. */
export interface RunningState extends PolicyState {
  readonly stops: StopFolder;
  readonly heard: Heard;
  close(): void;
}

export function policyState(clock: Clock, options: StateOptions): RunningState {
  const { stateDir, stopsDir, wrapped, pins = NO_PINS, spent, tellHabits = () => {} } = options;
  const stops = new StopFolder(stopsDir, clock);
  const budgets = new BudgetFile(join(stateDir, 'budgets'), clock);
  const habits = new HabitsLater(join(stateDir, 'habits'), tellHabits);
  return {
    clock,
    files: new MachineFiles(),
    stops,
    pins,
    flows: wrapped ? new FlowFile(join(stateDir, 'flows'), clientProcess, clock) : new FlowMarks(clock),
    placeholders: new Placeholders(clock),
    rates: new LocalRates(clock),
    budgets,
    habits,
    detectors: [],
    heard: {},
    spent,
    close: () => {
      stops.close();
      budgets.close();
      habits.close();
    },
  };
}
