import { readFileSync } from 'node:fs';
import { createMask } from '../model/mask.ts';
import { configFiles, type Sources } from './choose.ts';
import { crossCheck, readableBackends } from './cross-check.ts';
import type { Overrides } from './overrides.ts';
import { ConfigError, inOrder, type Problem } from './problems.ts';
import type { Layer } from './reading.ts';
import { type Resolved, resolveConfig } from './resolve.ts';
import { readSource } from './source.ts';
import { validateSource } from './validate.ts';

/**
 * Reads the config: one of `--config`, `$SALLYPORT_CONFIG` and the user's own, with the managed one over it.
 * No file of the working folder is read. Throws a {@link ConfigError} with every fault there is.
 */
export function loadConfig(
  sources: Sources,
  overrides: Overrides,
): Resolved & { readonly warnings: readonly Problem[] } {
  const problems: Problem[] = [];
  const layers: Layer[] = [];
  for (const { path, managed } of configFiles(sources)) {
    const layer = readLayer(path, managed, sources, problems);
    if (layer !== undefined) layers.push(layer);
  }
  const unreadable = problems.some(({ code }) => code === 'SP1001' || code === 'SP1002');
  const found = unreadable ? [] : crossCheck(layers, overrides);
  const mask = createMask(layers.flatMap(({ source }) => source.secrets));
  const printed = (problem: Problem): Problem => ({ ...problem, message: mask(problem.message) });
  const errors = [...problems, ...found.filter(({ severity }) => severity === 'error')];
  if (errors.length > 0) throw new ConfigError(inOrder(errors).map(printed));
  return { ...resolveConfig(layers, overrides, sources.folders), warnings: inOrder(found).map(printed) };
}

/** Adds the faults of a file to `problems`; a file with faults still gives what can be told of it. */
function readLayer(path: string, managed: boolean, { env, folders }: Sources, problems: Problem[]): Layer | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    problems.push({ code: 'SP1001', severity: 'error', message: (error as Error).message, where: path });
    return undefined;
  }
  const source = readSource(path, text, { ...env, PROJECT_DIR: folders.projectDir }, managed);
  const { config, problems: found } = validateSource(source);
  problems.push(...found);
  return { source, config: config ?? { version: 1, backends: readableBackends(source.value) } };
}
