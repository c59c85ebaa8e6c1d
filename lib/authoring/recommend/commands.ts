import type { FolderEntry } from './folders.ts';

/** Entries that hold all these command lines; undefined when one is not understood. */
export async function commandEntries(_texts: readonly string[]): Promise<readonly FolderEntry[] | undefined> {
  return undefined;
}
