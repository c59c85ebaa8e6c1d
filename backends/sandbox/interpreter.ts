import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The kernel reads no more of a script to find out what runs it. */
const LONGEST_LINE = 256;

/** What runs a file: the first line of a script says it, and a Python environment has one of its own. */
export function interpreterOf(file: string): string | undefined {
  const environment = dirname(dirname(file));
  const python = join(environment, 'bin', 'python');
  // Where the way to it is too long for a first line, installers write a script for the shell.
  if (basename(dirname(file)) === 'bin' && existsSync(join(environment, 'pyvenv.cfg')) && file !== python)
    return python;
  const [line] = beginningOf(file).split('\n', 1);
  if (!line!.startsWith('#!')) return undefined;
  const words = line!.slice(2).trim().split(/\s+/);
  return basename(words[0]!) === 'env' ? words.slice(1).find((word) => !/^-|=/.test(word)) : words[0];
}

function beginningOf(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(LONGEST_LINE);
      return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, LONGEST_LINE, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
