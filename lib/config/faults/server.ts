import { isLoopbackHost } from '../../model/loopback.ts';
import type { KeyPath } from '../files/key-path.ts';
import { valueAt } from '../files/key-path.ts';
import type { Layer } from '../files/reading.ts';
import type { Overrides } from '../overrides.ts';
import type { Problem } from '../problems.ts';
import { KEY_HASH, keysOf, speakingOfAuth } from '../sections/auth.ts';
import { LISTEN_ADDRESS } from '../sections/server.ts';
import { isEveryInterface, isLoopback, parseListenAddress } from '../words/addresses.ts';
import { checkAudiences } from './audiences.ts';

/** A key that is shorter could be found by trying. */
const SHORTEST_KEY = 16;
const DAY_MS = 86_400_000;
/** Time enough to hand out another key before the old one ends. */
const ENDING_SOON_MS = 14 * DAY_MS;

/** Faults of the keys, and of an address others can reach: errors under `serve`, elsewhere only said. */
export function checkServer(layers: readonly Layer[], overrides: Overrides): Problem[] {
  return [
    ...layers.flatMap(checkKeys),
    ...checkReach(layers, overrides),
    ...checkProvable(layers, overrides),
    ...checkAudiences(layers, overrides),
  ];
}

/**
 * Proof that is asked for and that nobody could give: all would be kept out, and not know why. Where a later layer has
 * emptied what an earlier one listed, all would be let in.
 */
function checkProvable(layers: readonly Layer[], { serving }: Overrides): Problem[] {
  const speaking = speakingOfAuth(layers);
  if (proves(speaking)) return [];
  const asking = layers.findLast((layer) => {
    const { auth, security } = layer.config;
    const isAsked = security?.auth?.required === true || auth?.required === true;
    return isAsked || security?.auth?.oauth !== undefined || proves(layer);
  });
  if (asking === undefined) return [];
  const message = 'a proof is asked for, and there are no keys and nothing by which tokens could be verified';
  const where = asking.source.where(['security', 'auth']);
  return [{ code: 'SP2007', severity: serving === true ? 'error' : 'warning', message, where }];
}

function checkKeys(layer: Layer): Problem[] {
  const { source } = layer;
  const keys = keysOf(layer);
  return keys.flatMap(({ key: { key, label, client_id, expires }, place }, index): Problem[] => {
    const where = source.where(place[0] === 'auth' ? place : [...place, 'key']);
    const fault = (code: Problem['code'], message: string): Problem[] => [{ code, severity: 'error', message, where }];
    if (keys.findIndex((other) => other.key.key === key) !== index) return fault('SP1005', 'the same key stands twice');
    const ending = endingSoon(label ?? client_id, expires, source.where([...place, 'expires']));
    if (KEY_HASH.test(key)) return ending;
    if (!source.secrets.includes(key)) return fault('SP2005', 'an API key stands here as it is');
    if (key.length >= SHORTEST_KEY) return ending;
    return fault('SP1005', `an API key must have at least ${SHORTEST_KEY} characters`);
  });
}

/** Somebody will stand before a closed door soon, or does so already. */
function endingSoon(name: string, expires: string | undefined, where: string, now = Date.now()): Problem[] {
  const left = expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires) - now;
  if (left > ENDING_SOON_MS) return [];
  const days = Math.ceil(left / DAY_MS);
  const when = left <= 0 ? 'has run out' : `runs out within ${days} day${days === 1 ? '' : 's'}`;
  return [{ code: 'SP2018', severity: 'warning', message: `the API key "${name}" ${when}`, where }];
}

/** Whether a layer lists anything by which somebody can prove who they are; an empty list proves nothing. */
function proves(layer: Layer | undefined): boolean {
  if (layer === undefined) return false;
  const { jwt, oauth, certificates } = layer.config.security?.auth ?? {};
  return (
    keysOf(layer).length > 0 ||
    jwt !== undefined ||
    oauth?.introspection !== undefined ||
    (certificates ?? []).length > 0 ||
    layer.config.auth?.secret !== undefined
  );
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
  const keyed = proves(speakingOfAuth(layers));
  if (address !== undefined && isLoopback(address)) return keyed ? [] : checkProxied(layers);
  if (layer === undefined || address === undefined) return [];
  const where = layer.source.where(path);
  if (!keyed) {
    const message = `"${text}" can be reached by others, and nobody has to prove who they are`;
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
  const message = `"${layer.config.server!.public_url}" leads others here, and nobody has to prove who they are`;
  return [{ code: 'SP2004', severity: 'warning', message, where: layer.source.where(path) }];
}
