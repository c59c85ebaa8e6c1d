import { NO_HABITS } from '../../../lib/model/anomaly.ts';
import type { Files } from '../../../lib/model/files.ts';
import { NO_PINS } from '../../../lib/model/pins.ts';
import type { Stop } from '../../../lib/model/stops.ts';
import type { PolicyState } from '../../../lib/policy/state.ts';
import { BudgetMemory } from '../../../lib/quota/budget-memory.ts';
import { FlowMarks } from '../../../lib/quota/flow-marks.ts';
import { LocalRates } from '../../../lib/quota/local-rates.ts';
import { Placeholders } from '../../../lib/quota/placeholders.ts';
import { FakeClock } from '../clock.ts';

/** What a gateway remembers, in memory, with a clock that is moved by hand. */
export class CountingState implements PolicyState {
  readonly clock = new FakeClock();
  readonly files: Files;
  readonly flows = new FlowMarks(this.clock);
  readonly placeholders = new Placeholders(this.clock);
  readonly rates = new LocalRates(this.clock);
  readonly budgets = new BudgetMemory(this.clock);
  readonly pins = NO_PINS;
  readonly stops: PolicyState['stops'];
  readonly habits = NO_HABITS;
  readonly detectors = [];

  /** `stopped`: names of backends; `*` for all. */
  constructor(files: Files, stopped: readonly string[] = []) {
    this.files = files;
    const about = { by: 'ana', sinceMs: 0, why: 'a test' };
    const stops = stopped.map((name): Stop => ({ ...about, backend: name === '*' ? undefined : name }));
    const stopping = (name: string) => stops.find(({ backend }) => backend === undefined || backend === name);
    this.stops = { stopping };
  }
}
