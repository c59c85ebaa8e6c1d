import type { BudgetStore } from '../model/budget-store.ts';
import type { Clock } from '../model/clock.ts';
import type { Files } from '../model/files.ts';
import type { FlowMemory } from '../model/flow-memory.ts';
import type { Stops } from '../model/stops.ts';
import type { RateMemory } from '../quota/rate-memory.ts';

/** What checks remember and ask besides the config. It outlives a reload; an explanation gets one that consumes nothing. */
export interface PolicyState {
  readonly clock: Clock;
  readonly files: Files;
  readonly stops: Stops;
  readonly flows: FlowMemory;
  readonly rates: RateMemory;
  readonly budgets: BudgetStore;
}
