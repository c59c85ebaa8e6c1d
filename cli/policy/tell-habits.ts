import type { HabitEvent, TellHabits } from '../../lib/model/anomaly.ts';
import type { AuditLog } from '../../lib/model/audit.ts';
import type { Log } from '../../lib/model/log.ts';

type Fields = Readonly<Record<string, unknown>>;

const USUAL: ReadonlySet<HabitEvent> = new Set(['anomaly_learned', 'anomaly_learning']);

interface Told {
  readonly audit: AuditLog;
  readonly log: Log;
  /** Surrounds what is written. */
  readonly turn: { run(work: () => void): void };
}

/** What is unusual is evidence, and news for the operator. All of `told` is there by the time anything is. */
export function tellOfHabits(told: () => Told): TellHabits {
  const audit = () => told().audit;
  const write: Readonly<Record<HabitEvent, (fields: Fields) => void>> = {
    anomaly: (fields) => audit().event('anomaly', fields),
    anomaly_learned: (fields) => audit().event('anomaly_learned', fields),
    anomaly_learning: (fields) => audit().event('anomaly_learning', fields),
    anomaly_forgotten: (fields) => audit().event('anomaly_forgotten', fields),
    anomaly_profiles_lost: (fields) => audit().event('anomaly_profiles_lost', fields),
    anomaly_profiles_not_kept: (fields) => audit().event('anomaly_profiles_not_kept', fields),
  };
  return (event, fields) => {
    const { turn, log } = told();
    turn.run(() => write[event](fields));
    log.write(USUAL.has(event) ? 'info' : 'warn', event, fields);
  };
}
