import { type KeyPath, showPath } from './key-path.ts';
import type { Layer } from './reading.ts';

/** `file:line:column` of the rule a fault names by its path in the config; undefined when no file has it. */
export function locate(layers: readonly Layer[], rule: string, source: string): string | undefined {
  for (const { config, source: file } of layers) {
    const path = pathShownAs(config, rule, []);
    const where = path && file.where(path);
    if (where?.startsWith(`${source}:`) === true) return where;
  }
  return undefined;
}

function pathShownAs(value: unknown, rule: string, path: KeyPath): KeyPath | undefined {
  if (path.length > 0 && showPath(path) === rule) return path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const key of Object.keys(value)) {
    const next = [...path, Array.isArray(value) ? Number(key) : key];
    if (!rule.startsWith(showPath(next))) continue;
    const found = pathShownAs((value as Record<string, unknown>)[key], rule, next);
    if (found !== undefined) return found;
  }
  return undefined;
}
