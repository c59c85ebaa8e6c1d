import type { AlertRule, Severity } from '../../model/alerts-config.ts';
import { ENDED_BY } from '../../model/audit-events.ts';
import type { NotifyConfig, SinkName } from '../../model/notify-config.ts';
import { type Layer, lineOf, type Reading } from '../files/reading.ts';
import { Spot } from '../files/spot.ts';
import type { RawConfig } from '../schema/schema.ts';
import { parseWhen } from '../words/alert-when.ts';
import { parseDuration } from '../words/units.ts';

type RawNotify = NonNullable<RawConfig['notify']>;
type RawAlert = NonNullable<RawConfig['alerts']>[number];

const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';
const USUAL_REPEAT = '1h';
const USUAL_RESOLVE_AFTER = '15m';

/**
 * The `notify` section. Each sink is said whole by one layer, the last that says anything of it: an administrator's cannot be
 * led elsewhere, and no secret of one layer goes to the URL of another.
 */
export function resolveNotify(reading: Reading): NotifyConfig {
  const said = <K extends keyof RawNotify>(kind: K): NonNullable<RawNotify[K]> | undefined => {
    const layer = reading.layers.findLast(({ config }) => config.notify?.[kind] !== undefined);
    if (layer !== undefined) noteSink(reading, layer, kind);
    return layer?.config.notify?.[kind] ?? undefined;
  };
  const [webhook, slack, pagerduty] = [said('webhook'), said('slack'), said('pagerduty')];
  return {
    webhook: webhook && {
      url: webhook.url,
      allowPrivate: webhook.allow_private ?? false,
      secrets: Array.isArray(webhook.secret) ? webhook.secret : [webhook.secret],
    },
    slack: slack && { url: slack.url, allowPrivate: slack.allow_private ?? false },
    pagerduty: pagerduty && {
      url: pagerduty.url ?? PAGERDUTY_URL,
      allowPrivate: pagerduty.allow_private ?? false,
      routingKey: pagerduty.routing_key,
    },
    desktop: said('desktop') ?? false,
  };
}

/** The `alerts` of every layer: each holds, whatever others say, so a later layer can only add some. */
export function resolveAlerts(reading: Reading): AlertRule[] {
  const names = new Set<string>();
  return Spot.all(reading, ['alerts'])
    .flatMap((spot) => spot.members())
    .map(({ spot }) => {
      const raw = spot.value as RawAlert;
      const { place } = spot;
      reading.note([...spot.path], `${raw.name}: ${raw.when}`, place.source);
      return {
        name: freeName(raw.name, names),
        when: raw.when,
        condition: parseWhen(raw.when),
        severity: raw.severity as Severity,
        to: [...new Set(raw.to as SinkName[])],
        repeatMs: parseDuration(raw.repeat ?? USUAL_REPEAT)!,
        resolveAfterMs: resolveAfter(raw),
        ...place,
      };
    });
}

function resolveAfter({ when, resolve_after }: RawAlert): number | undefined {
  if (resolve_after !== undefined) return parseDuration(resolve_after)!;
  const condition = parseWhen(when);
  const isEnded = condition.kind === 'event' && Object.hasOwn(ENDED_BY, condition.event);
  return isEnded ? undefined : parseDuration(USUAL_RESOLVE_AFTER)!;
}

/** Two layers may call theirs the same. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}-${count}`;
  taken.add(free);
  return free;
}

/** URLs are shown, since secrets in them are masked where they are printed; secrets and keys never are. */
function noteSink(reading: Reading, { config, source }: Layer, kind: keyof RawNotify): void {
  const path = ['notify', kind];
  const value = config.notify?.[kind];
  const shown = typeof value === 'object' && 'url' in value ? { url: value.url } : value !== false;
  reading.note(path, shown, lineOf(source.where(path)));
}

/** What must not be printed of how somebody is told. */
export function notifySecrets({ webhook, slack, pagerduty }: NotifyConfig): string[] {
  const signing = (webhook?.secrets ?? []).flatMap((secret) => [secret, secret.replace(/^whsec_/, '')]);
  const path = slack === undefined ? '' : new URL(slack.url).pathname;
  return [
    ...signing,
    ...(slack === undefined ? [] : [slack.url, ...(path.length > 8 ? [path, path.slice(1)] : [])]),
    ...(pagerduty === undefined ? [] : [pagerduty.routingKey]),
  ];
}
