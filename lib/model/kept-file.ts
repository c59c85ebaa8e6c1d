import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Nothing that is kept needs more. */
const MOST_BYTES = 32 * 1024 * 1024;
const HASH_BYTES = 32;
const OTHERS_MAY_ANYTHING = 0o077;

/**
 * What was kept at `path` and can be made anew: the bytes {@link keepFile} was given. Undefined for all that is not
 * exactly this: where the file or its folder belongs to somebody else, is open to others or is a link, and where a
 * byte of it was damaged.
 */
export function keptFile(path: string): Buffer | undefined {
  let file: number | undefined;
  try {
    if (!isOurs(lstatSync(dirname(path)), 'folder')) return undefined;
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const stats = fstatSync(file);
    if (!isOurs(stats, 'file') || stats.size > MOST_BYTES) return undefined;
    const whole = readFileSync(file);
    const body = whole.subarray(HASH_BYTES);
    return whole.length >= HASH_BYTES && hashOf(body).equals(whole.subarray(0, HASH_BYTES)) ? body : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * Keeps `body` at `path`, in a folder only we can enter; whoever reads meanwhile finds all of it or what was there
 * before. Of the files whose names begin like this one's, up to a hyphen, the newest `most` stay. Where nothing can be
 * kept, nothing is.
 */
export function keepFile(path: string, body: Buffer, most: number): void {
  try {
    const folder = dirname(path);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOurs(lstatSync(folder), 'folder')) return;
    putInPlace(path, [hashOf(body), body]);
    prune(path, most);
  } catch {
    // The next start reads afresh, as this one did.
  }
}

function putInPlace(path: string, parts: readonly Buffer[]): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    for (const part of parts) writeWhole(file, part);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function isOurs(stats: Stats, kind: 'file' | 'folder'): boolean {
  if (!(kind === 'file' ? stats.isFile() : stats.isDirectory())) return false;
  // Windows has neither; there the folder is below one that only its user can enter.
  if (process.getuid === undefined) return true;
  return stats.uid === process.getuid() && (stats.mode & OTHERS_MAY_ANYTHING) === 0;
}

function hashOf(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest();
}

function writeWhole(file: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

function prune(path: string, most: number): void {
  const folder = dirname(path);
  const start = path.slice(folder.length + 1).split('-', 1)[0]!;
  const alike = readdirSync(folder)
    .filter((name) => name.startsWith(`${start}-`))
    .map((name) => join(folder, name))
    .map((file) => ({ file, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { file } of alike.slice(most)) rmSync(file, { force: true });
}
