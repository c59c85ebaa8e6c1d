import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ResourceLimits } from '../../lib/model/sandbox.ts';
import { namesIn } from '../names-in.ts';
import { type CgroupParent, cgroupParents } from './cgroup-parents.ts';
import { type CgroupFolder, CgroupPlace, removed } from './place.ts';

const PREFIX = 'sallyport-';

/**
 * Makes cgroups for backends: the kernel itself holds what all processes of one use together, whatever they do.
 *
 * Version 1 is tried in tests with real processes. Of version 2 only what is read and written is tested, on folders
 * laid out like it: that a process may be moved beside its cgroup, `memory.oom.group` and `cgroup.kill` are taken from
 * Documentation/admin-guide/cgroup-v2.rst of the kernel.
 */
export class Cgroups {
  readonly #parents: readonly CgroupParent[];
  /** Begins all our names: the process they belong to, and something no other process with its number has. */
  readonly #ours = `${PREFIX}${process.pid}-${randomBytes(3).toString('hex')}`;
  #made = 0;

  private constructor(parents: readonly CgroupParent[]) {
    this.#parents = parents;
  }

  /** Undefined where this process may make none; `self` is its folder in /proc. Removes what others left behind. */
  static find(self = '/proc/self'): Cgroups | undefined {
    const parents = cgroupParents(self);
    if (parents.length === 0) return undefined;
    for (const { path } of parents) removeLeftOver(path);
    return new Cgroups(parents);
  }

  /** A place for one start; undefined when it would hold nothing, or cannot be made. */
  make(backend: string, limits: ResourceLimits): CgroupPlace | undefined {
    const name = `${this.#ours}-${backend.replace(/[^\w.-]/g, '_')}-${++this.#made}`;
    const folders = this.#parents
      .map((parent) => folderIn(parent, name, limits))
      .filter(({ holds }) => holds.length > 0);
    return folders.length === 0 ? undefined : CgroupPlace.make(folders);
  }
}

/** What one folder of a place is and says, in the version of its parent; it holds what is limited. */
export function folderIn(parent: CgroupParent, name: string, limits: ResourceLimits): CgroupFolder {
  const memory = parent.limits.includes('memory') ? limits.memoryBytes : undefined;
  const processes = parent.limits.includes('processes') ? limits.processes : undefined;
  return {
    path: join(parent.path, name),
    holds: [
      ...(memory === undefined ? [] : ['memory' as const]),
      ...(processes === undefined ? [] : ['processes' as const]),
    ],
    settings: [
      ...(memory === undefined ? [] : memorySettings(parent.version, String(Math.ceil(memory)))),
      ...(processes === undefined ? [] : [{ file: 'pids.max', text: String(processes) }]),
    ],
    counters: [
      { limit: 'memory', file: parent.version === 2 ? 'memory.events' : 'memory.oom_control', word: 'oom_kill' },
      { limit: 'processes', file: 'pids.events', word: 'max' },
    ],
    ...(parent.version === 2 ? { killFile: 'cgroup.kill' } : {}),
  };
}

/**
 * Nothing is swapped out, since that would be more memory. In v2 all processes are killed together; in v1 the kernel
 * kills one of them, and `memory.memsw` must not be below the limit without swap, so it comes second.
 */
function memorySettings(version: 1 | 2, bytes: string): CgroupFolder['settings'] {
  if (version === 1) {
    return [
      { file: 'memory.limit_in_bytes', text: bytes },
      { file: 'memory.memsw.limit_in_bytes', text: bytes, optional: true },
    ];
  }
  return [
    { file: 'memory.max', text: bytes },
    { file: 'memory.swap.max', text: '0', optional: true },
    { file: 'memory.oom.group', text: '1', optional: true },
  ];
}

/** A gateway that was killed removes nothing; its cgroups are empty once the guardian is done. */
function removeLeftOver(parent: string): void {
  for (const name of namesIn(parent)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (pid > 0 && !isThere(pid)) removed(join(parent, name));
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
