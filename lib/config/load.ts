import { readFileSync, statSync } from 'node:fs';
import { whyUnreadable } from '../model/why-unreadable.ts';
import { type Loaded, toLoaded } from './conclude.ts';
import { type ConfigFile, configFiles, MOST_BYTES, type Sources } from './files/choose.ts';
import { readableBackends } from './files/readable-backends.ts';
import type { Layer } from './files/reading.ts';
import { readSource } from './files/source.ts';
import { validateSource } from './files/validate.ts';
import type { Overrides } from './overrides.ts';
import type { Problem } from './problems.ts';
import { readProject } from './project/layer.ts';

export type { Loaded } from './conclude.ts';

/**
 * Reads the config: one of `--config`, `$SALLYPORT_CONFIG` and the user's own, that of the project as far as it is
 * trusted, and the managed one over them. Throws a `ConfigError` with every fault there is.
 */
export function loadConfig(sources: Sources, overrides: Overrides): Loaded {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const layers: Layer[] = [];
  for (const file of configFiles(sources)) {
    const layer = readLayer(file, sources, layers, problems, warnings);
    if (layer !== undefined) layers.push(layer);
  }
  if (sources.also !== undefined) layers.push(triedLayer(sources.also, problems));
  return toLoaded({ layers, problems, warnings }, overrides, sources.folders);
}

/** A change that is tried, as the last layer of all. */
function triedLayer(text: string, problems: Problem[]): Layer {
  const source = readSource('what is tried', `version: 1\n${text}\n`, {});
  const { config, problems: found } = validateSource(source);
  problems.push(...found);
  return { source, config: config ?? { version: 1 } };
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
    problems.push({
      code: 'SP1001',
      severity: 'error',
      message: `the config file cannot be read: ${whyUnreadable(error)}`,
      where: path,
    });
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
