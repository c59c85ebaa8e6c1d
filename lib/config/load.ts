import { readFileSync, statSync } from 'node:fs';
import { createMask } from '../model/mask.ts';
import { type ConfigFile, configFiles, type Sources } from './choose.ts';
import { checkCredentials } from './credentials-check.ts';
import { crossCheck, readableBackends } from './cross-check.ts';
import { locate } from './locate.ts';
import type { Overrides } from './overrides.ts';
import { ConfigError, inOrder, type Problem } from './problems.ts';
import { readProject } from './project-layer.ts';
import type { Layer } from './reading.ts';
import { type Resolved, resolveConfig } from './resolve.ts';
import { checkRules } from './rule-check.ts';
import { readSource } from './source.ts';
import { validateSource } from './validate.ts';

/** No config needs more, and one that comes with a project must not hold up the start. */
const MOST_BYTES = 1_000_000;

/** A config with what is to be said of it. */
export interface Loaded extends Resolved {
  readonly warnings: readonly Problem[];
  /** `file:line:column` of what stands at a path of the config, by the line it is said to be on. */
  place(rule: string, source: string): string;
}

/**
 * Reads the config: one of `--config`, `$SALLYPORT_CONFIG` and the user's own, that of the project as far as it is
 * trusted, and the managed one over them. Throws a {@link ConfigError} with every fault there is.
 */
export function loadConfig(sources: Sources, overrides: Overrides): Loaded {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const layers: Layer[] = [];
  for (const file of configFiles(sources)) {
    const layer = readLayer(file, sources, layers, problems, warnings);
    if (layer !== undefined) layers.push(layer);
  }
  const unreadable = problems.some(({ code }) => code === 'SP1001' || code === 'SP1002');
  const found = unreadable ? [] : crossCheck(layers, overrides);
  const mask = createMask(layers.flatMap(({ source }) => source.secrets));
  const printed = (problem: Problem): Problem => ({ ...problem, message: mask(problem.message) });
  const errors = [...problems, ...found.filter(({ severity }) => severity === 'error')];
  if (errors.length > 0) throw new ConfigError(inOrder(errors).map(printed));
  const resolved = resolveConfig(layers, overrides, sources.folders);
  const rules = [...checkRules(resolved.config, layers, overrides), ...checkCredentials(resolved.config, layers)];
  const undefinedOnes = rules.filter(({ severity }) => severity === 'error');
  if (undefinedOnes.length > 0) throw new ConfigError(inOrder(undefinedOnes).map(printed));
  return {
    ...resolved,
    warnings: inOrder([...warnings, ...found, ...rules]).map(printed),
    place: (rule, source) => locate(layers, rule, source) ?? source,
  };
}

/** Adds the faults of a file to `problems`; a file with faults still gives what can be told of it. */
function readLayer(
  { path, kind }: ConfigFile,
  { env, folders }: Sources,
  before: readonly Layer[],
  problems: Problem[],
  warnings: Problem[],
): Layer | undefined {
  let text: string;
  try {
    if (statSync(path).size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    problems.push({ code: 'SP1001', severity: 'error', message: (error as Error).message, where: path });
    return undefined;
  }
  const variables = { ...env, PROJECT_DIR: folders.projectDir };
  if (kind === 'project') {
    const project = readProject(path, text, variables, folders, before);
    problems.push(...project.problems);
    warnings.push(...project.warnings);
    return project.layer;
  }
  const source = readSource(path, text, variables, kind === 'managed');
  const { config, problems: found } = validateSource(source);
  problems.push(...found);
  return { source, config: config ?? { version: 1, backends: readableBackends(source.value) } };
}
