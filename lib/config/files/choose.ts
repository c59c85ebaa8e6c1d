import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Folders, MANAGED_CONFIG } from '../folders.ts';
import { findProjectFile } from './project-file.ts';

/** No config needs more, and one that comes with a project must not hold up the start. */
export const MOST_BYTES = 1_000_000;

/** Where a config may come from. */
export interface Sources {
  /** `--config`. */
  readonly flag?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folders: Folders;
  readonly managed?: string | undefined;
  /** Whether the config of the project is looked for: not by `serve`, which belongs to no project. */
  readonly project?: boolean | undefined;
  /** YAML that tightens what the files say, for questions about a change nobody has made. */
  readonly also?: string | undefined;
}

/** A file in force, and how far it is believed. */
export interface ConfigFile {
  readonly path: string;
  readonly kind: 'chosen' | 'project' | 'managed';
}

/**
 * The files in force, each tightening those before it: one of `--config`, `$SALLYPORT_CONFIG` and the user's own, that
 * of the project, and the administrator's. One that was asked for by name is listed whether it is there or not.
 */
export function configFiles(sources: Sources): ConfigFile[] {
  const { flag, env, folders } = sources;
  const managed = sources.managed ?? MANAGED_CONFIG;
  const named = flag ?? (env.SALLYPORT_CONFIG === '' ? undefined : env.SALLYPORT_CONFIG);
  const chosen = named ?? (existsSync(folders.configFile) ? folders.configFile : undefined);
  const project = projectFile(sources, chosen);
  return [
    ...(chosen === undefined ? [] : [{ path: chosen, kind: 'chosen' as const }]),
    ...(project === undefined ? [] : [{ path: project, kind: 'project' as const }]),
    ...(existsSync(managed) ? [{ path: managed, kind: 'managed' as const }] : []),
  ];
}

/** A file that was named is believed because of that, even if it is the one of the project. */
function projectFile({ project, folders }: Sources, chosen: string | undefined): string | undefined {
  if (project !== true || folders.projectDir === undefined) return undefined;
  const found = findProjectFile(folders.projectDir)?.path;
  return found === undefined || (chosen !== undefined && resolve(chosen) === found) ? undefined : found;
}
