import type { Family } from '../../lib/metrics/family.ts';
import type { Config } from '../../lib/model/config.ts';
import { VERSION } from '../../lib/model/version.ts';
import { isDisabled, pushSettings } from '../../lib/tracing/variables.ts';
import type { WatchingGround } from './ground.ts';

/** Sends metrics to the collector of the traces; what this answers ends that, with the last numbers. */
export async function openPush(
  { telemetry }: Config,
  { clock, log, learn }: Pick<WatchingGround, 'clock' | 'log' | 'learn'>,
  families: () => readonly Family[],
): Promise<() => Promise<void>> {
  if (isDisabled(process.env)) return async () => {};
  const { settings, ignored } = pushSettings(telemetry, process.env);
  for (const name of ignored) log.write('warn', 'variable_ignored', { name, why: 'its value is not understood' });
  const { headerSecrets } = await import('./tracing.ts');
  learn(headerSecrets(process.env));
  const { OtlpPush } = await import('../../lib/metrics/otlp-push.ts');
  const { gatewayResource } = await import('../../lib/tracing/resource.ts');
  const push = new OtlpPush({
    ...settings,
    resource: gatewayResource(VERSION),
    version: VERSION,
    log,
    clock,
    families,
  });
  log.write('info', 'metrics_sent_to', { collector: new URL(settings.url).origin });
  return () => push.close();
}
