import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';

/** What becomes of a file that stands there already: `replace` it, or `keep` it, which fails with `EEXIST`. */
export type Placing = 'replace' | 'keep';

/**
 * Writes `text` to `path`, for its owner alone: on the device and whole before it has that name, so that whoever reads
 * meanwhile, or after a crash, finds all of it or what was there before. Throws what the file system says.
 */
export function placeFile(path: string, text: string, placing: Placing = 'replace'): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.new`;
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      const bytes = Buffer.from(text, 'utf8');
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (placing === 'keep') linkSync(draft, path);
    else renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Changes whenever another file is put at `path` or the one there is written to; `none` while there is none. */
export function versionOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}
