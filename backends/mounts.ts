import { readFileSync } from 'node:fs';

/** Types of file systems that may wait for a network, another program or an automatic mount. */
const MAY_WAIT =
  /^(?:nfs\d?|cifs|smb\w*|autofs|afs|ceph|gluster\w*|lustre|gpfs|davfs\d?|ncp\w*|coda|beegfs|9p|sshfs|fuse(?:\.\w+)?|fuseblk)$/;
/** Never looked into, whatever is mounted there. */
const FORBIDDEN = ['/proc', '/dev', '/sys', '/net', '/Network'];
/** Where macOS mounts volumes of others. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = { darwin: ['/Volumes'] };
const MOUNT_TABLE = '/proc/self/mounts';

/** Which paths may be looked up at once, which may wait, and which are left alone. */
export class Mounts {
  readonly #waiting: readonly string[];

  constructor(waiting: readonly string[]) {
    this.#waiting = waiting;
  }

  /** The mounts of this machine as they are now; where there is no table, those known for the platform. */
  static read(platform: string = process.platform): Mounts {
    try {
      return new Mounts(waitingIn(readFileSync(MOUNT_TABLE, 'utf8')));
    } catch {
      return new Mounts(ELSEWHERE[platform] ?? []);
    }
  }

  /** Devices, processes, automatic mounts and paths of the network. */
  static forbids(path: string): boolean {
    return path.startsWith('//') || FORBIDDEN.some((folder) => isWithin(path, folder));
  }

  /** The mount that may wait and that `path` lies in; undefined for a volume of this machine. */
  waitingAt(path: string): string | undefined {
    return this.#waiting.find((mount) => isWithin(path, mount));
  }
}

/** Mount points of a mount table (proc(5)) whose type may wait, the innermost first. */
export function waitingIn(table: string): string[] {
  return table
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type !== undefined && MAY_WAIT.test(type))
    .map(([, point]) => point!.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))))
    .sort((a, b) => b.length - a.length);
}

/** Whether `path` is `folder` or below it. */
export function isWithin(path: string, folder: string): boolean {
  if (!path.startsWith(folder)) return false;
  return path.length === folder.length || folder.endsWith('/') || path[folder.length] === '/';
}
