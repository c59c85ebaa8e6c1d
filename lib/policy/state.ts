import type { HabitsSource } from '../model/anomaly.ts';
import type { BudgetStore } from '../model/budget-store.ts';
import type { BudgetUse } from '../model/budget-use.ts';
import type { Clock } from '../model/clock.ts';
import type { Detector } from '../model/detector.ts';
import type { Files } from '../model/files.ts';
import type { FlowMemory } from '../model/flow-memory.ts';
import type { Heard } from '../model/heard.ts';
import type { Pins } from '../model/pins.ts';
import type { PlaceholderMemory } from '../model/placeholder-memory.ts';
import type { Stops } from '../model/stops.ts';
import type { RateMemory } from '../quota/rate-memory.ts';

/** What checks remember and ask besides the config. It outlives a reload; an explanation gets one that consumes nothing. */
export interface PolicyState {
  readonly clock: Clock;
  readonly files: Files;
  readonly stops: Stops;
  readonly pins: Pins;
  readonly flows: FlowMemory;
  readonly placeholders: PlaceholderMemory;
  readonly rates: RateMemory;
  readonly budgets: BudgetStore;
  /** What is usual of each caller. */
  readonly habits: HabitsSource;
  /** Other judges of texts; none in an explanation, which sends nothing to anybody. */
  readonly detectors: readonly Detector[];
  /** Who hears what checks find out on the way [nobody]. */
  readonly heard?: Heard | undefined;
  /** Hears how much of a budget is spent whenever a call is counted; must not throw. Nobody does in an explanation. */
  readonly spent?: ((use: BudgetUse) => void) | undefined;
}
