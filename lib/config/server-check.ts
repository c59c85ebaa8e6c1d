import { isLoopbackHost } from '../model/loopback.ts';
import { isEveryInterface, isLoopback, parseListenAddress } from './addresses.ts';
import type { KeyPath } from './key-path.ts';
import { valueAt } from './key-path.ts';
import type { Overrides } from './overrides.ts';
import type { Problem } from './problems.ts';
import type { Layer } from './reading.ts';
import { KEY_HASH, keysOf, LISTEN_ADDRESS, listingKeys } from './server.ts';

/** A key that is shorter could be found by trying. */
const SHORTEST_KEY = 16;

/** Faults of the keys, and of an address others can reach: errors under `serve`, elsewhere only said. */
export function checkServer(layers: readonly Layer[], overrides: Overrides): Problem[] {
  return [...layers.flatMap(checkKeys), ...checkReach(layers, overrides)];
}

function checkKeys(layer: Layer): Problem[] {
  const { source } = layer;
  const keys = keysOf(layer);
  return keys.flatMap(({ key: { key }, place }, index): Problem[] => {
    const where = source.where(place[0] === 'auth' ? place : [...place, 'key']);
    const fault = (code: Problem['code'], message: string): Problem[] => [{ code, severity: 'error', message, where }];
    if (keys.findIndex((other) => other.key.key === key) !== index) return fault('SP1005', 'the same key stands twice');
    if (KEY_HASH.test(key)) return [];
    if (!source.secrets.includes(key)) return fault('SP2005', 'an API key stands here as it is');
    if (key.length >= SHORTEST_KEY) return [];
    return fault('SP1005', `an API key must have at least ${SHORTEST_KEY} characters`);
  });
}

function checkReach(layers: readonly Layer[], { serving }: Overrides): Problem[] {
  const speaking = (path: KeyPath) => layers.findLast(({ config }) => valueAt(config, path) !== undefined);
  const has = (...path: string[]) => {
    const value = valueAt(speaking(path)?.config, path);
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  };
  const path = ['server', 'listen_addr'];
  const layer = speaking(path);
  const text = (valueAt(layer?.config, path) as string | undefined) ?? LISTEN_ADDRESS;
  const address = parseListenAddress(text);
  const listing = listingKeys(layers);
  const keyed = listing !== undefined && keysOf(listing).length > 0;
  if (address !== undefined && isLoopback(address)) return keyed ? [] : checkProxied(layers);
  if (layer === undefined || address === undefined) return [];
  const where = layer.source.where(path);
  if (!keyed) {
    const message = `"${text}" can be reached by others, and no API key is configured`;
    return [{ code: 'SP2004', severity: serving === true ? 'error' : 'warning', message, where }];
  }
  const problems: Problem[] = [];
  const warn = (code: Problem['code'], message: string) => problems.push({ code, severity: 'warning', message, where });
  if (!has('server', 'tls') && !has('server', 'trusted_proxies')) {
    warn('SP1108', `keys reach "${text}" unencrypted: neither \`tls\` nor a trusted proxy is configured`);
  }
  if (isEveryInterface(address) && !has('server', 'public_url') && !has('server', 'allowed_hosts')) {
    warn('SP1109', `no name is configured by which others may call "${text}"`);
  }
  return problems;
}

/** A proxy that leads others to this machine makes all of them its user, where no key is needed. */
function checkProxied(layers: readonly Layer[]): Problem[] {
  const path = ['server', 'public_url'];
  const layer = layers.findLast(({ config }) => config.server?.public_url !== undefined);
  if (layer === undefined || isLoopbackHost(new URL(layer.config.server!.public_url!).hostname)) return [];
  const message = `"${layer.config.server!.public_url}" leads others here, and no API key is configured`;
  return [{ code: 'SP2004', severity: 'warning', message, where: layer.source.where(path) }];
}
