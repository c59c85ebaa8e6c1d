import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Folders } from './folders.ts';

/** Where state is kept: the folder for it, or, where that can never be made, the one that stands in for it. */
export function usableStateDir({ stateDir, fallbackDir }: Folders): string {
  let at = stateDir;
  while (!isThere(at) && dirname(at) !== at) at = dirname(at);
  try {
    accessSync(at, constants.W_OK | constants.X_OK);
    return statSync(at).isDirectory() ? stateDir : fallbackDir;
  } catch {
    return fallbackDir;
  }
}

/** Whether something stands there; below a file nothing can. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
