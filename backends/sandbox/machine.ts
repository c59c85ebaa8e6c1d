import { existsSync, readFileSync } from 'node:fs';

export type PackageManager = 'apt' | 'dnf' | 'pacman' | 'apk' | 'zypper';

/** What decides whether this Linux lets bwrap make namespaces. */
export interface Machine {
  /** The path of bwrap; undefined when it is not installed. */
  readonly bwrap: string | undefined;
  readonly root: boolean;
  readonly packages: PackageManager | undefined;
  /** kernel.apparmor_restrict_unprivileged_userns is 1: Ubuntu 23.10 and later. */
  readonly appArmorRestricts: boolean;
  /** kernel.unprivileged_userns_clone, which only Debian's kernels and those like them have. */
  readonly usernsClone: number | undefined;
  /** user.max_user_namespaces (namespaces(7)). */
  readonly maxUserNamespaces: number | undefined;
  /** Whether this is a container already, by the file engines leave in one. */
  readonly inContainer: boolean;
}

const SYSCTL = '/proc/sys';
const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv'];

/** By the names of os-release(5). */
const MANAGERS = new Map<string, PackageManager>([
  ['debian', 'apt'],
  ['ubuntu', 'apt'],
  ['fedora', 'dnf'],
  ['rhel', 'dnf'],
  ['centos', 'dnf'],
  ['arch', 'pacman'],
  ['alpine', 'apk'],
  ['opensuse', 'zypper'],
  ['suse', 'zypper'],
]);

/** Looks at files of this machine below `base`, which is empty but for tests. */
export function lookAtMachine(bwrap: string | undefined, root: boolean, base = ''): Machine {
  const read = (path: string) => textOf(`${base}${path}`);
  return {
    bwrap,
    root,
    packages: managerOf(read('/etc/os-release') ?? read('/usr/lib/os-release') ?? ''),
    appArmorRestricts: numberOf(read(`${SYSCTL}/kernel/apparmor_restrict_unprivileged_userns`)) === 1,
    usernsClone: numberOf(read(`${SYSCTL}/kernel/unprivileged_userns_clone`)),
    maxUserNamespaces: numberOf(read(`${SYSCTL}/user/max_user_namespaces`)),
    inContainer: CONTAINER_FILES.some((path) => existsSync(`${base}${path}`)),
  };
}

function managerOf(release: string): PackageManager | undefined {
  const words = (key: string) =>
    new RegExp(`^${key}=["']?([^"'\n]*)`, 'm')
      .exec(release)?.[1]
      ?.toLowerCase()
      .split(/[\s-]+/) ?? [];
  return [...words('ID'), ...words('ID_LIKE')]
    .map((word) => MANAGERS.get(word))
    .find((manager) => manager !== undefined);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
