import { realpathSync, statSync } from 'node:fs';

/** Where a path leads in the end; undefined when that is nowhere. Most credentials are not there, so that must cost little. */
export function realPathOf(path: string): string | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false }) && realpathSync.native(path);
  } catch {
    return undefined;
  }
}
