import { dirname } from 'node:path';
import { showPath } from '../files/key-path.ts';
import { findProjectFile } from '../files/project-file.ts';
import { readableBackends } from '../files/readable-backends.ts';
import { type Layer, lineOf } from '../files/reading.ts';
import { readSource, type Source } from '../files/source.ts';
import { validateSource } from '../files/validate.ts';
import type { Folders } from '../folders.ts';
import type { Problem } from '../problems.ts';
import { tighten } from './tighten.ts';
import { TrustStore } from './trust-store.ts';

/** What a config of the project comes to. */
export interface ProjectLayer {
  readonly layer: Layer | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the config of a project: all of it when the user trusts it as it is, else the keys that can only tighten. An
 * untrusted file learns nothing of the environment and adds no backend.
 */
export function readProject(
  path: string,
  text: string,
  variables: Variables,
  folders: Folders,
  before: readonly Layer[],
): ProjectLayer {
  const refused = findProjectFile(dirname(path))?.refused;
  if (refused !== undefined) {
    const message = `not read: ${refused}`;
    return {
      layer: undefined,
      problems: [],
      warnings: [{ code: 'SP1020', severity: 'warning', message, where: path }],
    };
  }
  const plain = readSource(path, text, variables);
  const trust = new TrustStore(folders.configFile).of(path, text, plain.value);
  if (trust === 'trusted') {
    const { config, problems } = validateSource(plain);
    return { layer: { source: plain, config: config ?? partOf(plain) }, problems, warnings: [] };
  }
  return untrusted(path, text, variables, trust === 'changed', before);
}

function untrusted(
  path: string,
  text: string,
  { PROJECT_DIR }: Variables,
  changed: boolean,
  before: readonly Layer[],
): ProjectLayer {
  const read = readSource(path, text, { PROJECT_DIR });
  const { value, ignored } = tighten(read.value);
  // What names a variable stays as it is written; whatever it stands for is not this file's to know.
  const problems = read.problems.filter(({ code }) => code !== 'SP1004');
  const source: Source = { ...read, value, problems, untrusted: true };
  const { config, problems: found } = validateSource(source);
  const warnings = [
    ...(changed ? [warning('SP1019', 'its trust ended, for it changed', path)] : []),
    ...ignored.map((key) => warning('SP1018', `${showPath(key)} is ignored`, lineOf(read.where(key)))),
  ];
  const known = new Set(before.flatMap((layer) => (layer.config.backends ?? []).map(({ name }) => name)));
  if (config === undefined) return { layer: { source, config: partOf(source) }, problems: found, warnings };
  const backends = (config.backends ?? []).map((backend) => (known.has(backend.name) ? backend : { name: '' }));
  return { layer: { source, config: { ...config, backends } }, problems: found, warnings };
}

function partOf(source: Source): Layer['config'] {
  return { version: 1, backends: readableBackends(source.value) };
}

function warning(code: Problem['code'], message: string, where: string): Problem {
  return { code, severity: 'warning', message, where };
}
