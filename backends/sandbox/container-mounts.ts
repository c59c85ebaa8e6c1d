import { SandboxFault, type SandboxSpec } from '../../lib/model/sandbox.ts';
import type { EngineName } from './container-engine.ts';
import { statOf } from './real-path.ts';

/** Bytes of the private /tmp, which count as memory. */
const TMP_BYTES = 256 * 1024 * 1024;

/**
 * Where engines say the same thing in different words. A folder that is only read is mounted without what is mounted
 * below it: many engines leave that writable. Podman fills an empty file system with what lies under it unless told
 * not to, which would show what is to be hidden.
 */
const WORDS: Readonly<Record<EngineName, { readonly alone: string; readonly empty: string; readonly tmp: string }>> = {
  docker: { alone: 'bind-recursive=disabled', empty: 'readonly', tmp: '' },
  podman: { alone: 'bind-nonrecursive', empty: 'ro,notmpcopyup', tmp: ',notmpcopyup' },
};

type IsFolder = (path: string) => boolean;

/**
 * The mounts of a container: each folder where it is on this machine, and over what is hidden something empty.
 * Nothing else of this machine is there, also where `read` is undefined. Throws a `SandboxFault` for paths that
 * cannot be said, and for what is to be hidden and is not there.
 */
export function mountArguments(spec: SandboxSpec, engine: EngineName, isFolder: IsFolder = isFolderHere): string[] {
  const words = WORDS[engine];
  const shown = (path: string) => !spec.hide.some((hidden) => within(path, hidden));
  const write = spec.write.filter(shown);
  const read = (spec.read ?? []).filter((path) => shown(path) && !write.some((folder) => within(path, folder)));
  const mounted = [...read, ...write];
  const hide = spec.hide.filter((path) => mounted.some((folder) => within(path, folder)));
  const tmp = `/tmp:rw,nosuid,nodev,noexec,size=${TMP_BYTES},mode=1777${words.tmp}`;
  return [
    ...(mounted.includes('/tmp') ? [] : ['--tmpfs', tmp]),
    ...[...new Set(read)].flatMap((path) => bind(path, path, `,readonly,${words.alone}`)),
    ...[...new Set(write)].flatMap((path) => bind(path, path, '')),
    ...spec.protect.filter(shown).flatMap((path) => bind(path, path, `,readonly,${words.alone}`)),
    ...[...new Set(hide)].flatMap((path) =>
      isFolder(path)
        ? ['--mount', `type=tmpfs,target=${sayable(path)},${words.empty}`]
        : bind('/dev/null', path, ',readonly'),
    ),
  ];
}

/** Whether a path is in the container what it is on this machine. */
export function isMounted(path: string, { read, write, hide }: SandboxSpec): boolean {
  if (hide.some((hidden) => within(path, hidden))) return false;
  return [...(read ?? []), ...write].some((folder) => within(path, folder));
}

function bind(source: string, target: string, options: string): string[] {
  return ['--mount', `type=bind,source=${sayable(source)},target=${sayable(target)}${options}`];
}

/** The value of `--mount` is a line of CSV, which engines unquote differently. */
function sayable(path: string): string {
  if (/[,"\u0000-\u001f\u007f]/.test(path)) {
    throw new SandboxFault(`${JSON.stringify(path)} cannot be mounted`, 'rename it without commas and quotes');
  }
  if (/^\/((proc|sys|dev)(\/|$)|$)/.test(path) && path !== '/dev/null') {
    throw new SandboxFault(`${path} cannot be mounted into a container`, 'name the folders it needs');
  }
  return path;
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function isFolderHere(path: string): boolean {
  const stats = statOf(path);
  if (stats === undefined) throw new SandboxFault(`${path} cannot be hidden: it is not there`, 'try again');
  return stats.isDirectory();
}
