import type { Loaded } from '../lib/config/conclude.ts';
import { configFiles, type Sources } from '../lib/config/files/choose.ts';
import { folders } from '../lib/config/folders.ts';
import type { Overrides } from '../lib/config/overrides.ts';
import { resolveConfig } from '../lib/config/resolve.ts';

export interface ComposeOptions {
  readonly config?: string | undefined;
  readonly overrides: Overrides;
  /** Whether the config of the project tightens the one that was chosen [unless `serve` asks]. */
  readonly project?: boolean | undefined;
  readonly traceFrames?: string | undefined;
  /** YAML that tightens the files, for a question about it. */
  readonly also?: string | undefined;
  /** Whether what backends offer is compared with what is pinned: where clients are served, not where people look. */
  readonly pins?: boolean;
}

/** Reads the config as the command line and the environment choose it. */
export async function readConfig(options: ComposeOptions): Promise<Loaded> {
  const sources = sourcesOf(options);
  if (configFiles(sources).length === 0 && options.overrides.only !== undefined) {
    const place = (_rule: string, source: string) => source;
    return { ...resolveConfig([], options.overrides, sources.folders), warnings: [], place };
  }
  const { loadConfig } = await import('../lib/config/load.ts');
  return loadConfig(sources, options.overrides);
}

export function sourcesOf({ config, project, overrides, also }: ComposeOptions): Sources {
  const serving = overrides.serving === true;
  return { flag: config, env: process.env, folders: folders(), project: project ?? !serving, also };
}
