import { hostname } from 'node:os';
import { type After, systemAfter } from '../../lib/model/after.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { Log } from '../../lib/model/log.ts';
import type { Mask } from '../../lib/model/mask.ts';
import type { NotifyConfig, SinkName } from '../../lib/model/notify-config.ts';
import { Deliveries } from './deliveries.ts';
import { DesktopSink } from './desktop.ts';
import { PagerDutySink } from './pagerduty.ts';
import type { Sink } from './sink.ts';
import { SlackSink } from './slack.ts';
import { WebhookSink } from './webhook.ts';

export interface SinksGround {
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: Mask;
  /** What waits, and what makes pauses unlike each other; the system's unless a test stands in. */
  readonly after?: After;
  random?(): number;
}

/** The sinks a config names, by their names; nothing is sent. */
export function sinksOf(
  { webhook, slack, pagerduty, desktop }: NotifyConfig,
  { clock, mask }: Pick<SinksGround, 'clock' | 'mask'>,
): ReadonlyMap<SinkName, Sink> {
  const ground = { mask, now: () => clock.now() };
  const sinks = new Map<SinkName, Sink>();
  if (webhook !== undefined) sinks.set('webhook', new WebhookSink(webhook, ground));
  if (slack !== undefined) sinks.set('slack', new SlackSink(slack, ground));
  if (pagerduty !== undefined) sinks.set('pagerduty', new PagerDutySink(pagerduty, hostname(), ground));
  if (desktop) sinks.set('desktop', desktopSink(mask));
  return sinks;
}

export function desktopSink(mask: Mask): Sink {
  return new DesktopSink({ platform: process.platform, environment: process.env, mask });
}

/** What brings notices to a sink. */
export function deliveriesTo(sink: Sink, { clock, log, after, random }: SinksGround): Deliveries {
  return new Deliveries(sink, { clock, log, after: after ?? systemAfter, random: random ?? Math.random });
}
