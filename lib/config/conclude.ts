import { createMask } from '../model/mask.ts';
import { checkCredentials } from './faults/credentials.ts';
import { crossCheck } from './faults/cross-check.ts';
import { checkRules } from './faults/rules.ts';
import { locate } from './files/locate.ts';
import type { Layer } from './files/reading.ts';
import type { Folders } from './folders.ts';
import type { Overrides } from './overrides.ts';
import { ConfigError, inOrder, type Problem } from './problems.ts';
import { type Resolved, resolveConfig } from './resolve.ts';

/** A config with what is to be said of it. */
export interface Loaded extends Resolved {
  readonly warnings: readonly Problem[];
  /** `file:line:column` of what stands at a path of the config, by the line it is said to be on. */
  place(rule: string, source: string): string;
}

/** The files of a config, each read and checked by itself, and what was found in them. */
export interface ReadLayers {
  readonly layers: readonly Layer[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What layers come to together. Throws a {@link ConfigError} with every fault there is. */
export function toLoaded({ layers, problems, warnings }: ReadLayers, overrides: Overrides, folders: Folders): Loaded {
  const unreadable = problems.some(({ code }) => code === 'SP1001' || code === 'SP1002');
  const found = unreadable ? [] : crossCheck(layers, overrides);
  const mask = createMask(layers.flatMap(({ source }) => source.secrets));
  const printed = (problem: Problem): Problem => ({ ...problem, message: mask(problem.message) });
  const errors = [...problems, ...found.filter(({ severity }) => severity === 'error')];
  if (errors.length > 0) throw new ConfigError(inOrder(errors).map(printed));
  const resolved = resolveConfig(layers, overrides, folders);
  const rules = [...checkRules(resolved.config, layers, overrides), ...checkCredentials(resolved.config, layers)];
  const undefinedOnes = rules.filter(({ severity }) => severity === 'error');
  if (undefinedOnes.length > 0) throw new ConfigError(inOrder(undefinedOnes).map(printed));
  return {
    ...resolved,
    warnings: inOrder([...warnings, ...found, ...rules]).map(printed),
    place: (rule, source) => locate(layers, rule, source) ?? source,
  };
}
