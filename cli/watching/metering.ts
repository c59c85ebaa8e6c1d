import { isLoopback } from '../../lib/config/words/addresses.ts';
import { approvalFamilies } from '../../lib/metrics/approval-meter.ts';
import { BudgetMeter } from '../../lib/metrics/budget-meter.ts';
import { CallMeter } from '../../lib/metrics/call-meter.ts';
import type { Family } from '../../lib/metrics/family.ts';
import { KnownNames } from '../../lib/metrics/known-names.ts';
import { stateFamilies } from '../../lib/metrics/state-families.ts';
import type { Config } from '../../lib/model/config.ts';
import { VERSION } from '../../lib/model/version.ts';
import { CommandError, EXIT } from '../output/print.ts';
import type { WatchingGround } from './ground.ts';
import { namesIn } from './known-names.ts';
import { openPush } from './pushing.ts';

/** Ports tried behind one that is taken: every wrapped server of a client has a gateway of its own. */
const FURTHER = 63;

type Spans = Parameters<typeof stateFamilies>[0]['spans'];

/**
 * Counts from now on, and has the numbers read or sends them. Whoever serves over HTTP is told when that fails; a client on standard input gets its
 * answers whether metrics can be read or not, and is not kept waiting for them.
 */
export async function openMetrics(config: Config, ground: WatchingGround, spans: Spans): Promise<() => Promise<void>> {
  const { clock, heard, pins } = ground;
  const names = new KnownNames({
    ...namesIn(config),
    isPinned: (backend, offered) => pins?.watches(backend) === true && pins.standing(backend, offered) === 'pinned',
  });
  const calls = new CallMeter(names);
  const budgets = new BudgetMeter(
    config.policies.budgets.map(({ name }) => name),
    clock,
  );
  const unwatch = [calls, budgets].map((watcher) => ground.watch(watcher));
  heard.scored = (score) => calls.scored(score);
  let made: readonly Family[] | undefined;
  const families = () =>
    (made ??= [
      ...calls.families,
      ...budgets.families,
      ...approvalFamilies(ground.deskOpens, clock),
      ...stateFamilies({
        version: VERSION,
        configured: config.backends.map(({ name }) => name),
        backends: () => ground.backends(),
        sessions: () => ground.sessions(),
        audit: () => ground.auditHealth(),
        detectors: () => ground.detectors(),
        spans,
      }),
    ]);
  const { metrics, telemetry } = config;
  const listening = metrics.enabled ? listen(config, ground, families) : undefined;
  if (ground.door === 'http') await listening;
  const endPush = telemetry.enabled && telemetry.metrics ? await openPush(config, ground, families) : undefined;
  return async () => {
    for (const end of unwatch) end();
    (await listening)?.();
    await endPush?.();
  };
}

async function listen(
  { metrics }: Config,
  { door, log }: WatchingGround,
  families: () => readonly Family[],
): Promise<(() => void) | undefined> {
  try {
    const { Exposition } = await import('../../lib/metrics/exposition.ts');
    const { MetricsEndpoint } = await import('../../lib/metrics/endpoint.ts');
    const exposition = new Exposition(families());
    const endpoint = await MetricsEndpoint.open({
      ...metrics,
      isLocal: isLoopback(metrics),
      further: door === 'http' ? 0 : FURTHER,
      contentType: exposition.contentType,
      read: () => exposition.text(),
    });
    log.write('info', 'metrics_listening', { url: endpoint.url });
    return () => {
      endpoint.close();
      exposition.close();
    };
  } catch (error) {
    const why = (error as Error).message;
    if (door === 'http') throw new CommandError(`cannot listen for metrics: ${why}`, EXIT.unavailable);
    log.write('warn', 'metrics_unavailable', { why });
    return undefined;
  }
}
