import { DESTINATIONS, type Destination, type ExportFormat, type ShippingConfig } from '../../model/shipping.ts';
import type { KeyPath } from '../files/key-path.ts';
import { valueAt } from '../files/key-path.ts';
import { type Layer, lineOf, type Reading } from '../files/reading.ts';
import type { RawConfig } from '../schema/schema.ts';
import { parseSize } from '../words/units.ts';

type RawShipping = NonNullable<NonNullable<RawConfig['audit']>['shipping']>;

const LOG_AUDIT = 13;

/**
 * Where records go besides the files; undefined when nowhere. Destinations of all layers count, and how one is reached is
 * said by the administrator if at all: nobody can have records of an administrator's log go elsewhere instead.
 */
export function resolveShipping(reading: Reading, from: string): ShippingConfig | undefined {
  const named = reading.value<string | readonly string[]>(['audit', 'destination'], ['file'], from, together);
  const destinations = DESTINATIONS.filter((one) => [named].flat().includes(one));
  const format = firstOf<ExportFormat>(reading, 'audit', 'format')?.value ?? 'native';
  reading.note(['audit', 'format'], format, from);
  const most = reading.value<string | number>(['audit', 'shipping', 'max_unshipped'], '1GB', from, larger);
  if (destinations.length === 0) return undefined;
  return {
    destinations,
    format,
    webhook: webhookOf(sectionOf(reading, 'webhook')),
    otlp: otlpOf(sectionOf(reading, 'otlp')),
    syslog: syslogOf(sectionOf(reading, 'syslog')),
    maxUnshippedBytes: parseSize(most)!,
    stdoutAt: placeOfStdout(reading),
  };
}

/** What must not be printed of how destinations are reached. */
export function shippingSecrets(shipping: ShippingConfig | undefined): string[] {
  const { webhook, otlp } = shipping ?? {};
  const headers = [webhook, otlp].flatMap((one) => Object.values(one?.headers ?? {}));
  return [...(webhook?.secrets ?? []), ...headers.flatMap((value) => [value, value.replace(/^\S+\s+/, '')])].filter(
    (value) => value.length >= 6,
  );
}

function sectionOf<K extends 'webhook' | 'otlp' | 'syslog'>(reading: Reading, key: K): RawShipping[K] {
  const found = firstOf<RawShipping[K]>(reading, 'audit', 'shipping', key);
  const { url, endpoint } = (found?.value ?? {}) as { url?: string; endpoint?: string };
  const where = url ?? endpoint;
  if (found !== undefined && where !== undefined)
    reading.note(['audit', 'shipping', key, url === undefined ? 'endpoint' : 'url'], where, found.origin);
  return found?.value as RawShipping[K];
}

/** What an administrator says, or else the first who says anything. */
function firstOf<T>(reading: Reading, ...path: string[]): { readonly value: T; readonly origin: string } | undefined {
  const layers = reading.managed === undefined ? reading.layers : [reading.managed, ...reading.layers];
  const speaking = layers.find(({ config }) => valueAt(config, path) !== undefined);
  if (speaking === undefined) return undefined;
  return { value: valueAt(speaking.config, path) as T, origin: lineOf(speaking.source.where(path)) };
}

function webhookOf(raw: RawShipping['webhook']): ShippingConfig['webhook'] {
  if (raw === undefined) return undefined;
  const { url, secret, headers = {}, allow_private: allowPrivate = false } = raw;
  return { url, secrets: [secret].flat(), headers, allowPrivate };
}

function otlpOf(raw: RawShipping['otlp'] = {}): ShippingConfig['otlp'] {
  return { endpoint: raw.endpoint, headers: raw.headers ?? {}, allowPrivate: raw.allow_private ?? false };
}

function syslogOf(raw: RawShipping['syslog']): ShippingConfig['syslog'] {
  if (raw === undefined) return undefined;
  return { url: raw.url, facility: raw.facility ?? LOG_AUDIT, allowPrivate: raw.allow_private ?? false };
}

/** Where `stdout` is asked for, for those who cannot have it. */
function placeOfStdout(reading: Reading): string | undefined {
  const path: KeyPath = ['audit', 'destination'];
  const asking = reading.layers.find((layer: Layer) => [valueAt(layer.config, path)].flat().includes('stdout'));
  return asking?.source.where(path);
}

function together(a: string | readonly string[], b: string | readonly string[]): readonly string[] {
  return [...new Set([a, b].flat())] as Destination[];
}

function larger(a: string | number, b: string | number): string | number {
  return parseSize(a)! >= parseSize(b)! ? a : b;
}
