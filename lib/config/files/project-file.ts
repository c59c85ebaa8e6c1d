import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A config that came with the project, or why it is not read. */
export interface ProjectFile {
  readonly path: string;
  /** Its folder may be changed by somebody else, so nothing in it is believed. */
  readonly refused: string | undefined;
}

const NAMES = ['sallyport.yaml', 'sallyport.yml', '.sallyport.yaml'];
const OTHERS_MAY_WRITE = 0o022;

/**
 * The nearest config at or above `folder`, no higher than the top of its repository. The search ends at a folder that
 * is not ours or root's, or that others may write in (CVE-2022-24765 is what happens otherwise).
 */
export function findProjectFile(folder: string, uid: number | undefined = process.getuid?.()): ProjectFile | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = NAMES.map((name) => join(at, name)).find(isFile);
    const refused = distrust(at, uid);
    if (path !== undefined) return { path, refused };
    if (refused !== undefined || exists(join(at, '.git')) || dirname(at) === at) return undefined;
  }
}

function distrust(folder: string, uid: number | undefined): string | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return 'the folder cannot be read';
  if (uid === undefined) return undefined;
  if (stat.uid !== uid && stat.uid !== 0) return 'its folder belongs to another user';
  return (stat.mode & OTHERS_MAY_WRITE) === 0 ? undefined : 'others may write in its folder';
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
