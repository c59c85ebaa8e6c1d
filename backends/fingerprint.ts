import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Launch } from './launch.ts';

/**
 * Names what a launch runs: the program, its arguments and its folder, and which version of them is on the disk. A
 * server that is updated has another one.
 */
export function fingerprintOf({ file, args }: Launch, cwd: string): string {
  const stamps = [file, ...args].map((path) => stampOf(resolve(cwd, path)));
  return createHash('sha256')
    .update(JSON.stringify([file, args, cwd, stamps]))
    .digest('hex')
    .slice(0, 32);
}

/** When a file was changed and how big it is; null for what is no file. */
function stampOf(path: string): readonly number[] | null {
  try {
    const stats = statSync(path);
    return stats.isFile() ? [stats.mtimeMs, stats.size] : null;
  } catch {
    return null;
  }
}
