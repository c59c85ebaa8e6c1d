import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** What the kernel takes as the path of a socket, on the system where that is least (macOS: 104 with its end). */
const LONGEST_PATH = 103;
/** `1234567-12345678901.sock` and the slash. */
const LONGEST_NAME = 32;
const OTHERS = 0o077;
const ROOT = 0;
/** On Windows. */
const NO_USERS = -1;

/**
 * Where sockets of gateways with this state are: below it, or, where that path is too long for a socket, in a folder that is
 * named after it below `fallbackDir`.
 */
export function runFolderOf(stateDir: string, fallbackDir: string): string {
  const folder = join(stateDir, 'run');
  if (Buffer.byteLength(folder) + LONGEST_NAME <= LONGEST_PATH) return folder;
  const name = createHash('sha256').update(stateDir).digest('hex').slice(0, 12);
  return join(fallbackDir, `run-${name}`);
}

/** Makes the folder so that nobody else can enter it, and answers its real path. Throws for one that is not ours alone. */
export function makeRunFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fault = faultOf(folder, process.getuid?.() ?? -1);
  if (fault !== undefined) throw new Error(fault);
  if (process.platform !== 'win32' && (lstatSync(folder).mode & OTHERS) !== 0) chmodSync(folder, 0o700);
  return realpathSync(folder);
}

/** Whose folder it is and that nobody else can enter it; undefined when there is none or it is not so. */
export function ownerOfRunFolder(folder: string): number | undefined {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isDirectory()) return undefined;
  return process.platform !== 'win32' && (stat.mode & OTHERS) !== 0 ? undefined : stat.uid;
}

/**
 * Whether what is in a folder may be taken for gateways of ours. Root may look at those of a user whose state folder it was
 * told; below the temporary folder anybody may have made one under the name that ours would have.
 */
export function isRunFolderOf(own: number, folder: string, fallbackDir: string): boolean {
  const owner = ownerOfRunFolder(folder);
  if (owner === undefined) return false;
  const wasNamed = own === ROOT && !folder.startsWith(`${fallbackDir}/`);
  return owner === own || own === NO_USERS || wasNamed;
}

function faultOf(folder: string, uid: number): string | undefined {
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) return `${folder} is no folder`;
  return uid !== -1 && stat.uid !== uid ? `${folder} belongs to another user` : undefined;
}
