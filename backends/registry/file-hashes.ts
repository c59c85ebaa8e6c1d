import { createHash } from 'node:crypto';
import { closeSync, type Dirent, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Files of a package that are read; one with more has no hash, for half of one would prove nothing. */
const MOST_FILES = 5000;
const MOST_BYTES = 256 * 1024 * 1024;
const BLOCK = 1024 * 1024;

/** `sha256-` and the hash of a file in base64; undefined for what is none, or too big. */
export function hashOfFile(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size > MOST_BYTES) return undefined;
  return `sha256-${digestOf(path).toString('base64')}`;
}

/** The same over all files below a folder, with their names; packages that are installed inside it are not part of it. */
export function hashOfFolder(folder: string): string | undefined {
  const files = filesBelow(folder);
  if (files === undefined) return undefined;
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash.update(JSON.stringify([relative(folder, file), digestOf(file).toString('hex')]));
  return `sha256-${hash.digest('base64')}`;
}

function filesBelow(folder: string): string[] | undefined {
  const files: string[] = [];
  const waiting = [folder];
  let bytes = 0;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && !isApart(entry)) waiting.push(path);
      if (!entry.isFile()) continue;
      bytes += statSync(path).size;
      if (files.push(path) > MOST_FILES || bytes > MOST_BYTES) return undefined;
    }
  }
  return files;
}

function isApart({ name }: Dirent): boolean {
  return name === 'node_modules' || name === '.git' || name === '__pycache__';
}

function digestOf(path: string): Buffer {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(BLOCK);
  const file = openSync(path, 'r');
  try {
    for (let count = readSync(file, block); count > 0; count = readSync(file, block))
      hash.update(block.subarray(0, count));
    return hash.digest();
  } finally {
    closeSync(file);
  }
}
