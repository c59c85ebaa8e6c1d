import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ownFolder } from './own-folder.ts';
import { placeFile } from './placed-file.ts';

const OTHERS_MAY_USE = 0o077;
const MOST_BYTES = 64 * 1024;

/**
 * The text of a file that holds a key of ours; undefined when there is none. Throws for one that somebody else owns, others
 * can use, that is too large or cannot be read; the message says what the file is or does.
 */
export function readKeyFile(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`cannot be read: ${(error as Error).message}`);
  }
  try {
    const { mode, uid, size } = fstatSync(file);
    if (process.getuid !== undefined && uid !== process.getuid() && uid !== 0)
      throw new Error('belongs to another user');
    if (process.platform !== 'win32' && (mode & OTHERS_MAY_USE) !== 0)
      throw new Error('can be used by others: `chmod 600` it, or better make a new one');
    if (size > MOST_BYTES) throw new Error('is too large to be a file of keys');
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** The same, made of `fresh` if there was none. Of several processes that make one at once, the first wins. */
export function ownKeyFile(path: string, fresh: () => string): string {
  const known = readKeyFile(path);
  if (known !== undefined) return known;
  ownFolder(dirname(path));
  try {
    placeFile(path, fresh(), 'keep');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readKeyFile(path)!;
}
