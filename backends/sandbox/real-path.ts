import { realpathSync, type Stats, statSync } from 'node:fs';

/** Where a path leads in the end; undefined when that is nowhere. Most credentials are not there, so that must cost little. */
export function realPathOf(path: string): string | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false }) && realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** What is at a path; undefined for nothing, and for what nobody lets us look at. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
