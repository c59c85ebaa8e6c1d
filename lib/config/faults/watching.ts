import { type KeyPath, valueAt } from '../files/key-path.ts';
import type { Layer } from '../files/reading.ts';
import type { Problem } from '../problems.ts';
import { isLoopback, parseListenAddress } from '../words/addresses.ts';

/** Metrics others can read without showing anything: they name tools and clients, and say when somebody is at work. */
export function checkMetrics(layers: readonly Layer[]): Problem[] {
  const speaking = (key: string) => {
    const path: KeyPath = ['metrics', key];
    const layer = layers.findLast(({ config }) => valueAt(config, path) !== undefined);
    return layer && { where: layer.source.where(path), value: valueAt(layer.config, path) };
  };
  const isOff = layers.some(({ config }) => config.metrics?.enabled === false);
  const listens = speaking('listen_addr');
  const literal = literalTokens(layers);
  if (isOff || listens === undefined) return literal;
  const address = parseListenAddress(listens.value as string);
  if (address === undefined || isLoopback(address) || speaking('token') !== undefined) return literal;
  if (speaking('allow_public')?.value === true) return literal;
  const message = `metrics at "${listens.value}" can be read by others, and nobody has to show anything`;
  return [...literal, { code: 'SP1030', severity: 'error', message, where: listens.where }];
}

function literalTokens(layers: readonly Layer[]): Problem[] {
  return layers.flatMap(({ config, source }): Problem[] => {
    const token = config.metrics?.token;
    if (token === undefined || source.secrets.includes(token)) return [];
    const message = '`metrics.token` stands here as it is';
    return [{ code: 'SP1103', severity: 'warning', message, where: source.where(['metrics', 'token']) }];
  });
}
