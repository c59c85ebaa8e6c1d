import { randomBytes, randomUUID } from 'node:crypto';
import type { Deliveries } from '../../backends/notify/deliveries.ts';
import { deliveriesTo, sinksOf } from '../../backends/notify/sinks.ts';
import { Alerts } from '../../lib/alerts/alerts.ts';
import { systemAfter } from '../../lib/model/after.ts';
import type { AuditLog } from '../../lib/model/audit.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { Config } from '../../lib/model/config.ts';
import type { Log } from '../../lib/model/log.ts';
import type { Mask } from '../../lib/model/mask.ts';
import type { Watcher } from '../../lib/model/watcher.ts';

/** What is queued for sinks may take so long when the gateway ends. */
const CLOSING_MS = 2000;

export interface AlertingGround {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: Mask;
  /** Has `work` write its records when it has ended. */
  turn(work: () => void): void;
  /** Has somebody hear of what goes into the log; what this answers ends that. */
  watch(watcher: Watcher): () => void;
}

/** Has the rules of `alerts` watch the log; what this answers ends that, and brings what is still to be brought. */
export function openAlerts(config: Pick<Config, 'alerts' | 'notify'>, ground: AlertingGround): () => Promise<void> {
  const { clock, log, mask, audit, turn } = ground;
  const wanted = new Set(config.alerts.flatMap(({ to }) => to));
  const notifiers = new Map<string, Deliveries>();
  for (const [name, sink] of sinksOf(config.notify, ground))
    if (wanted.has(name)) notifiers.set(name, deliveriesTo(sink, ground));
  const alerts = new Alerts(config.alerts, {
    clock,
    after: systemAfter,
    log,
    mask,
    notifiers,
    run: randomBytes(4).toString('hex'),
    now: () => clock.now(),
    newId: () => randomUUID(),
    note: (event, fields) =>
      turn(() => {
        if (event === 'alert_fired') audit.event('alert_fired', fields);
        else audit.event('alert_resolved', fields);
      }),
  });
  const unwatch = ground.watch(alerts);
  return async () => {
    unwatch();
    alerts.close();
    await Promise.all([...notifiers.values()].map((notifier) => notifier.close(CLOSING_MS)));
  };
}
