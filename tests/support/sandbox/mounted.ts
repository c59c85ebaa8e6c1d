import { type MountPath, SandboxFault } from '../../../lib/model/sandbox.ts';

/** One thing bwrap is told to do at a place of the file system. */
export interface Mounted {
  readonly at: string;
  /** `shown` and `writable`: what is there outside; `empty`; `closed`: what was made there cannot be written to. */
  readonly what: 'shown' | 'writable' | 'empty' | 'closed' | 'link';
}

const KINDS: Readonly<Record<string, readonly [words: number, what: Mounted['what'] | undefined]>> = {
  '--ro-bind': [2, 'shown'],
  '--bind': [2, 'writable'],
  '--tmpfs': [1, 'empty'],
  '--remount-ro': [1, 'closed'],
  '--symlink': [2, 'link'],
  '--dev': [1, undefined],
  '--proc': [1, undefined],
  '--size': [1, undefined],
  '--dev-bind-try': [2, undefined],
};

/** What arguments of bwrap say of the file system, in their order; only of places `below` a folder, when one is given. */
export function mountedBy(args: readonly string[], below = ''): Mounted[] {
  const found: Mounted[] = [];
  for (let at = 0; at < args.length; ) {
    const [words, what] = KINDS[args[at]!] ?? [];
    if (words === undefined) throw new Error(`${args[at]} is no mount`);
    const place = args[at + words]!;
    const isHidden = what === 'shown' && args[at + 1] === '/dev/null';
    if (what !== undefined && place.startsWith(below)) found.push({ at: place, what: isHidden ? 'empty' : what });
    at += words + 1;
  }
  return found;
}

/** What is to be seen at a path in the end: the last thing that was put at it or above it. */
export function seenAt(mounted: readonly Mounted[], path: string): Mounted['what'] | undefined {
  return mounted.findLast(({ at, what }) => what !== 'closed' && lies(path, at))?.what;
}

export function lies(inner: string, outer: string): boolean {
  return outer === '/' || inner === outer || inner.startsWith(`${outer}/`);
}

/** A path somebody has written down. */
export function listed(path: string, source = 'sallyport.yaml:7'): MountPath {
  return { path, source, needed: true };
}

/** What a fault says, and what would help. */
export function faultOf(work: () => unknown): { readonly message: string; readonly fix: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof SandboxFault) return { message: error.message, fix: error.fix };
    throw error;
  }
  throw new Error('there was no fault');
}
