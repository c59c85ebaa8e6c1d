import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { MountPath } from '../../lib/model/sandbox.ts';
import { isWithin } from '../../lib/model/within.ts';

const SOURCE = 'a root of the client';

/** Folders on this machine among the roots of a client; one that holds the whole home would be no sandbox. */
export function rootFolders(uris: readonly string[]): MountPath[] {
  return uris.flatMap((uri) => {
    const path = pathOf(uri);
    return path === undefined || isWithin(path, homedir()) ? [] : [{ path, source: SOURCE, needed: false }];
  });
}

/** Whether a root is a folder that lies in none of these, so that nothing of it is there. */
export function leadsElsewhere(uri: string, write: readonly MountPath[]): boolean {
  return rootFolders([uri]).some(({ path }) => !write.some((one) => isWithin(one.path, path)));
}

function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri).replace(/(?<=.)\/+$/, '');
  } catch {
    return undefined;
  }
}
