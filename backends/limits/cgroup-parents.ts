import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { HeldLimit } from './place.ts';

/** A cgroup in which others may be made. */
export interface CgroupParent {
  readonly version: 1 | 2;
  readonly path: string;
  /** What cgroups in it can limit. */
  readonly limits: readonly HeldLimit[];
}

interface Mount {
  readonly type: string;
  /** Path of the cgroup that is mounted, as this process sees the hierarchy. */
  readonly root: string;
  readonly point: string;
  readonly options: readonly string[];
}

const CONTROLLERS: Readonly<Record<HeldLimit, string>> = { memory: 'memory', processes: 'pids' };
const BOTH: readonly HeldLimit[] = ['memory', 'processes'];

/**
 * Where this process may make cgroups: one parent in v2, or one for each hierarchy of v1; none where nothing is
 * writable. `self` is the folder of this process in /proc (cgroups(7), proc_pid_mountinfo(5)).
 */
export function cgroupParents(self: string): CgroupParent[] {
  const mounts = mountsIn(read(join(self, 'mountinfo')));
  const own = read(join(self, 'cgroup')).split('\n');
  const unified = unifiedParent(own, mounts);
  return unified === undefined ? BOTH.flatMap((limit) => hierarchyParent(limit, own, mounts)) : [unified];
}

/**
 * In v2 a cgroup with processes in it shares out nothing to those below it, unless it is the root of all. So ours are
 * made beside the cgroup of this process, which is where systemd puts the processes of a unit that has a subgroup of
 * its own (`Delegate=`, `DelegateSubgroup=`), or below it where that one shares out already.
 */
function unifiedParent(own: readonly string[], mounts: readonly Mount[]): CgroupParent | undefined {
  const mount = mounts.find(({ type }) => type === 'cgroup2');
  const path = own.find((line) => line.startsWith('0::'))?.slice(3);
  const folder = mount && path && folderIn(mount, path);
  if (!folder) return undefined;
  const above = folder === mount.point ? [] : [dirname(folder)];
  const mayTell = (parent: string) => parent !== folder && parent !== mount.point;
  const found = [folder, ...above].find((parent) => mayHold(parent) && sharesOut(parent, mayTell(parent)));
  return found === undefined ? undefined : { version: 2, path: found, limits: BOTH };
}

function hierarchyParent(limit: HeldLimit, own: readonly string[], mounts: readonly Mount[]): CgroupParent[] {
  const controller = CONTROLLERS[limit];
  const mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
  const line = own.map((text) => text.split(':')).find(([, names]) => names?.split(',').includes(controller));
  const folder = mount && line && folderIn(mount, line.slice(2).join(':'));
  return folder && mayHold(folder) ? [{ version: 1, path: folder, limits: [limit] }] : [];
}

/** Whether cgroups in `parent` have both limits, or have them once it is told, which the kernel may refuse. */
function sharesOut(parent: string, mayTell: boolean): boolean {
  const file = join(parent, 'cgroup.subtree_control');
  const shares = () => {
    const shared = read(file).trim().split(' ');
    return BOTH.every((limit) => shared.includes(CONTROLLERS[limit]));
  };
  if (shares() || !mayTell) return shares();
  try {
    writeFileSync(file, '+memory +pids', { flag: 'r+' });
  } catch {
    return false;
  }
  return shares();
}

/** Moving a process needs the right to write to `cgroup.procs` of the nearest cgroup that the old and the new one share. */
function mayHold(parent: string): boolean {
  try {
    accessSync(parent, constants.W_OK);
    accessSync(join(parent, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder of a cgroup; undefined when it lies outside of what is mounted here. */
function folderIn({ root, point }: Mount, path: string): string | undefined {
  const below = relative(root, path);
  return below.startsWith('..') ? undefined : join(point, below);
}

function mountsIn(table: string): Mount[] {
  return table.split('\n').flatMap((line) => {
    const [mounted, system] = line.split(' - ');
    const [, , , root, point] = mounted!.split(' ');
    const [type, , options] = system?.split(' ') ?? [];
    if (root === undefined || point === undefined || type === undefined) return [];
    return [{ type, root, point, options: options?.split(',') ?? [] }];
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
