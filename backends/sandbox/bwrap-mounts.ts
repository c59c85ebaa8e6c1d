import { existsSync, lstatSync, readlinkSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isWithin } from '../../lib/model/within.ts';
import { realPathOf, statOf } from './real-path.ts';

/** Folders every program may need; all of it belongs to the system and holds nothing of a user. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc', '/opt', '/nix', '/gnu'];
/** Where programs meet and leave things for each other; each backend has its own, which are empty at its start. */
const PRIVATE = ['/tmp', '/var/tmp', '/run'];
/** Bytes of what a program leaves there, so that it cannot fill the memory of the machine by files. */
const TEMPORARY_BYTES = 1_000_000_000;
/**
 * Parts of /proc the user with number 0 may write to or read without any capability, though they are those of the whole
 * machine.
 */
const KERNEL_READ_ONLY = [
  '/proc/sys',
  '/proc/fs',
  '/proc/sysrq-trigger',
  '/proc/irq',
  '/proc/bus',
  '/proc/mtrr',
  '/proc/pressure',
];
const KERNEL_HIDDEN = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/config.gz',
  '/proc/kallsyms',
  '/proc/kcore',
  '/proc/key-users',
  '/proc/keys',
  '/proc/kmsg',
  '/proc/kpagecgroup',
  '/proc/kpagecount',
  '/proc/kpageflags',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/vmallocinfo',
];
/** What anybody can read of the keys the kernel keeps for them (keyrings(7)). */
const KEYRINGS = ['/proc/keys', '/proc/key-users'];
/** How many processors there are is all programs look for in /sys; the rest is of machines, not of programs. */
const PROCESSORS = '/sys/devices/system';
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

export interface Mounts {
  /** Readable whatever else is said. */
  readonly programs: readonly string[];
  /** Undefined: everything but what is hidden. */
  readonly read: readonly string[] | undefined;
  readonly write: readonly string[];
  readonly protect: readonly string[];
  readonly hide: readonly string[];
  readonly home: string | undefined;
}

interface Mount {
  readonly path: string;
  readonly args: readonly string[];
  /** Nothing of what is there outside is in it. */
  readonly isPrivate?: boolean;
}

/**
 * The file system inside, as arguments of bwrap: outer folders before those within them, so that the innermost word
 * holds, and what is hidden after everything that stands at the same place.
 */
export function mountArgs({ programs, write, protect, hide, home, ...lists }: Mounts, terminals: boolean): string[] {
  // A list may name all there is.
  const read = [...(lists.read ?? []), ...write].includes('/') ? undefined : lists.read;
  const root = read === undefined ? ['--ro-bind', '/', '/'] : SYSTEM.flatMap(systemFolder);
  const own = PRIVATE.map(temporary);
  // Programs take a home for granted; what they write there is gone with them.
  if (read !== undefined && home !== undefined && home !== '/') own.push(temporary(home));
  const shown = [...programs, ...write, ...protect, ...(read ?? [])];
  const hidden = outermost(hide.filter((path) => isVisible(path, read === undefined ? undefined : shown)));
  const fixed: Mount[] = [
    ...own,
    ...[...programs.filter((path) => !write.some((folder) => isWithin(folder, path))), ...(read ?? [])].map(readable),
    ...write.map(writable),
    ...protect.map(readable),
    ...hidden.map(empty),
  ];
  const mounts = [...fixed, ...foldersOnTheWay(fixed, write).map(writable)];
  const inPlace = mounts.filter(({ path }, at) => isOfItsOwn(path, at, mounts, read === undefined));
  const outerFirst = inPlace.map((mount, rank) => ({ ...mount, rank })).sort(byDepth);
  // Only now, since folders for what lies within are made on the way. None of these has a size of its own.
  const closed = ['/dev', '/sys', ...kernelHidden(), ...hidden].filter(isFolder);
  if (read !== undefined) closed.push('/');
  // Where all can be written to, the kernel's own folders are put over it.
  const [first, rest] = [outerFirst.filter(isRoot), outerFirst.filter((mount) => !isRoot(mount))];
  return [
    ...root,
    ...first.flatMap(({ args }) => args),
    ...devices(terminals),
    ...kernel(),
    ...rest.flatMap(({ args }) => args),
    ...closed.flatMap((path) => ['--remount-ro', path]),
  ];
}

/**
 * Folders between one that can be written to and what is mounted in it. A backend that moved one of them away would find
 * at its next start that nothing is hidden there any more, or put a link in its place for us to follow; what something
 * is mounted on cannot be moved.
 */
function foldersOnTheWay(mounts: readonly Mount[], write: readonly string[]): string[] {
  const found = new Set<string>();
  for (const { path } of mounts) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
      const [holder] = mounts.filter((one) => isWithin(one.path, folder)).sort((a, b) => b.path.length - a.path.length);
      if (holder === undefined || holder.path === folder || !write.includes(holder.path)) break;
      found.add(folder);
    }
  }
  return [...found];
}

function isRoot({ path }: Mount): boolean {
  return path === '/';
}

function writable(path: string): Mount {
  return { path, args: ['--bind', path, path] };
}

function readable(path: string): Mount {
  return { path, args: ['--ro-bind', path, path] };
}

/**
 * Whether something can be mounted at this very name: where a link is part of the name, the link shows in the folder it
 * lies in, and leads to what is mounted by its real name. In a private folder no link shows, and what is not there yet,
 * as the home of a user without one, can be made.
 */
function isOfItsOwn(path: string, at: number, mounts: readonly Mount[], all: boolean): boolean {
  if (realPathOf(path) === path) return true;
  const around = mounts.filter((other, rank) => rank !== at && other.path !== path && isWithin(other.path, path));
  const [holder] = around.sort((a, b) => b.path.length - a.path.length);
  if (holder !== undefined) return holder.isPrivate === true;
  return !all && !SYSTEM.some((folder) => isWithin(folder, path));
}

function byDepth(a: Mount & { rank: number }, b: Mount & { rank: number }): number {
  return depth(a.path) - depth(b.path) || a.rank - b.rank;
}

function depth(path: string): number {
  return path === '/' ? 0 : path.split('/').length;
}

/** A system folder as it is: some are links into others. */
function systemFolder(path: string): string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

/** Low ports can be bound only without the second user namespace a new devpts needs, so then there are no terminals. */
function devices(terminals: boolean): string[] {
  if (terminals) return ['--dev', '/dev', ...temporary('/dev/shm').args];
  const files = DEVICES.flatMap((name) => ['--dev-bind-try', `/dev/${name}`, `/dev/${name}`]);
  const links = [
    ['/proc/self/fd', '/dev/fd'],
    ['/proc/self/fd/0', '/dev/stdin'],
    ['/proc/self/fd/1', '/dev/stdout'],
    ['/proc/self/fd/2', '/dev/stderr'],
  ];
  return [
    '--tmpfs',
    '/dev',
    ...files,
    ...links.flatMap(([to, at]) => ['--symlink', to!, at!]),
    ...temporary('/dev/shm').args,
  ];
}

/** Nothing need be put over what is not there, and in a tmpfs it would be made for everybody to see. */
function isVisible(path: string, shown: readonly string[] | undefined): boolean {
  if (statOf(path) === undefined) return false;
  return shown === undefined || [...shown, ...SYSTEM].some((folder) => isWithin(folder, path));
}

function temporary(path: string): Mount {
  return { path, args: ['--size', String(TEMPORARY_BYTES), '--tmpfs', path], isPrivate: true };
}

function kernel(): string[] {
  const readOnly = runsAsRoot() ? KERNEL_READ_ONLY.filter((path) => existsSync(path)) : [];
  return [
    '--proc',
    '/proc',
    '--tmpfs',
    '/sys',
    ...(existsSync(PROCESSORS) ? ['--ro-bind', PROCESSORS, PROCESSORS] : []),
    ...readOnly.flatMap((path) => ['--ro-bind', path, path]),
    ...kernelHidden().flatMap((path) => empty(path).args),
  ];
}

/** The kernel itself keeps all others from what only root may read or write. */
function kernelHidden(): string[] {
  return (runsAsRoot() ? KERNEL_HIDDEN : KEYRINGS).filter((path) => existsSync(path));
}

function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/** What is hidden with a folder need not be hidden in it. */
function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths)];
  return unique.filter((path) => !unique.some((other) => other !== path && isWithin(other, path)));
}

/** An empty folder that cannot be written to, or an empty file. */
function empty(path: string): Mount {
  return { path, args: isFolder(path) ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path] };
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}
