import { constants, type Stats } from 'node:fs';
import { open, readFile, realpath } from 'node:fs/promises';
import { CredentialFault } from '../../lib/model/credentials.ts';
import { isWithin } from '../mounts.ts';

const MOST_BYTES = 64 * 1024;
const OTHERS = 0o077;
const OTHERS_MAY_WRITE = 0o022;
const MOUNT_TABLE = '/proc/self/mountinfo';

/**
 * What a file holds, without one line break at its end. Throws a {@link CredentialFault} for one that others may read,
 * unless it lies where container engines and init systems put secrets: root's own, on a mount that is read only.
 */
export async function readSecretFile(path: string): Promise<string> {
  // Opening a pipe would wait for somebody to write to it.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error) => {
    throw fault(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`, 'make it, or mend its path');
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw fault(path, 'is no file', 'name the file that holds it');
    if (stats.size > MOST_BYTES) throw fault(path, `has more than ${MOST_BYTES} bytes`, 'name the file that holds it');
    if (isOpenToOthers(stats) && !(isOfRoot(stats) && (await isOnReadOnlyMount(path)))) {
      throw fault(path, 'can be read by others', `chmod 600 ${path}`);
    }
    return (await file.readFile('utf8')).replace(/\r?\n$/, '');
  } finally {
    await file.close();
  }
}

function isOpenToOthers({ mode }: Stats): boolean {
  return process.platform !== 'win32' && (mode & OTHERS) !== 0;
}

function isOfRoot({ uid, mode }: Stats): boolean {
  return uid === 0 && (mode & OTHERS_MAY_WRITE) === 0;
}

async function isOnReadOnlyMount(path: string): Promise<boolean> {
  try {
    return isReadOnlyAt(await readFile(MOUNT_TABLE, 'utf8'), await realpath(path));
  } catch {
    return false;
  }
}

/** Whether a path lies on a read-only mount of its own, by a mount table (proc(5), mountinfo); the root is none. */
export function isReadOnlyAt(table: string, path: string): boolean {
  const mounts = table
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , , , point]) => point !== undefined && point !== '/')
    .map(([, , , , point, options]) => ({ point: unescaped(point!), isReadOnly: options!.split(',').includes('ro') }))
    .filter(({ point }) => isWithin(path, point));
  const longest = Math.max(...mounts.map(({ point }) => point.length));
  // Of two mounts at one point the later one is what is seen.
  return mounts.findLast(({ point }) => point.length === longest)?.isReadOnly === true;
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

function fault(path: string, what: string, fix: string): CredentialFault {
  return new CredentialFault(`the file "${path}" ${what}`, fix);
}
