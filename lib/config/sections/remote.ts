import type { RemoteConfig } from '../../model/config.ts';
import type { KeyPath } from '../files/key-path.ts';
import type { PlaceOf, Reading } from '../files/reading.ts';
import type { RawBackend } from '../schema/schema.ts';
import { both, least } from './stricter.ts';

/**
 * Where a backend is reached and what it is sent: both by the layer that has it first, so that nobody's secrets go to
 * another one's server. What a later layer does not permit is not permitted.
 */
export function resolveRemote(
  reading: Reading,
  raw: RawBackend,
  base: KeyPath,
  at: PlaceOf,
  place: (...keys: string[]) => string,
): RemoteConfig | undefined {
  if (raw.url === undefined) return undefined;
  const value = <T>(key: string, fallback: T, stricter: (a: T, b: T) => T) =>
    reading.value([...base, key], fallback, 'default', stricter, { at: at(key) });
  reading.note([...base, 'url'], raw.url, place('url'));
  for (const [name, text] of Object.entries(raw.headers ?? {})) {
    reading.note([...base, 'headers', name], text, place('headers', name));
  }
  return {
    url: raw.url,
    headers: raw.headers ?? {},
    transport: value<RemoteConfig['transport']>('transport', 'auto', (earlier) => earlier),
    allowPrivate: value('allow_private', false, both),
    allowInsecure: value('allow_insecure', false, both),
    connectTimeoutMs: 1000 * value('connect_timeout_secs', 10, least),
  };
}
