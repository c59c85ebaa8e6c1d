import type { Loaded } from '../../lib/config/conclude.ts';
import type { Sources } from '../../lib/config/files/choose.ts';
import { loadKept, theOne } from '../../lib/config/kept-config.ts';
import type { Overrides } from '../../lib/config/overrides.ts';

/** Put in by the build: the SHA-256 of all code and of the versions of all packages in it, hexadecimal. */
declare const BUILD_HASH: string | undefined;

/** By then a client has its first answers. */
const QUIET_MS = 1000;

/** The config as it was kept by an earlier start, for those that serve clients; undefined where it must be read with care. */
export function keptConfig(sources: Sources, overrides: Overrides): Loaded | undefined {
  return typeof BUILD_HASH === 'string' ? loadKept(sources, overrides, BUILD_HASH) : undefined;
}

/**
 * Has the next start find the config, once nobody waits for this one. What reads a config with care takes megabytes, so it
 * is not loaded where there is no config to keep.
 */
export function keepConfigLater(sources: Sources): void {
  if (typeof BUILD_HASH !== 'string' || theOne(sources) === undefined) return;
  const build = BUILD_HASH;
  const keep = async () => {
    try {
      (await import('../../lib/config/keep-config.ts')).keepConfig(sources, build);
    } catch {
      // A file that cannot be read any more is not kept.
    }
  };
  setTimeout(() => void keep(), QUIET_MS).unref();
}
