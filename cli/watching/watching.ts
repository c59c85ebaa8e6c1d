import type { Config } from '../../lib/model/config.ts';
import type { Tracing } from '../../lib/model/tracing.ts';
import type { WatchingGround } from './ground.ts';

/** What watches a gateway as its config says: each is loaded only where it is configured. */
export class Watching {
  readonly #ends: (() => Promise<void>)[] = [];
  /** Follows requests; undefined where nothing is traced. */
  tracing: Tracing | undefined;

  static async open(config: Config, ground: WatchingGround): Promise<Watching> {
    const watching = new Watching();
    const { door } = ground;
    if (door === undefined) return watching;
    const { telemetry, metrics } = config;
    const traced = telemetry.enabled ? await (await import('./tracing.ts')).openTracing(config, ground) : undefined;
    if (traced !== undefined) {
      const { tracer, close } = traced;
      watching.tracing = tracer;
      const unwatch = ground.watch(tracer);
      watching.#ends.push(async () => {
        unwatch();
        await close();
      });
    }
    if (metrics.enabled || (telemetry.enabled && telemetry.metrics)) {
      const { openMetrics } = await import('./metering.ts');
      watching.#ends.push(await openMetrics(config, ground, traced?.counts));
    }
    if (config.alerts.length > 0) watching.#ends.push((await import('./alerting.ts')).openAlerts(config, ground));
    if (config.audit.shipping !== undefined && config.audit.enabled)
      watching.#ends.push(await (await import('../audit/shipping.ts')).openShipping(config, { ...ground, door }));
    return watching;
  }

  /** Lets each finish what it was told. */
  async close(): Promise<void> {
    await Promise.all(this.#ends.map((end) => end()));
  }
}
