import { existsSync } from 'node:fs';
import { type Folders, MANAGED_CONFIG } from './folders.ts';

/** Where a config may come from. */
export interface Sources {
  /** `--config`. */
  readonly flag?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folders: Folders;
  readonly managed?: string | undefined;
}

/**
 * The files in force, the managed one last: one of `--config`, `$SALLYPORT_CONFIG` and the user's own, and the
 * administrator's. One that was asked for by name is listed whether it is there or not.
 */
export function configFiles(sources: Sources): { readonly path: string; readonly managed: boolean }[] {
  const { flag, env, folders } = sources;
  const managed = sources.managed ?? MANAGED_CONFIG;
  const named = flag ?? (env.SALLYPORT_CONFIG === '' ? undefined : env.SALLYPORT_CONFIG);
  const chosen = named ?? (existsSync(folders.configFile) ? folders.configFile : undefined);
  return [
    ...(chosen === undefined ? [] : [{ path: chosen, managed: false }]),
    ...(existsSync(managed) ? [{ path: managed, managed: true }] : []),
  ];
}
