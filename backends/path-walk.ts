import type { Stats } from 'node:fs';
import type { FileFacts } from '../lib/model/files.ts';

/** One question to the file system; the walk goes on with its answer. */
export type Question =
  | { readonly ask: 'lstat'; readonly path: string }
  | { readonly ask: 'readlink'; readonly path: string }
  | { readonly ask: 'names'; readonly path: string };

export type Answer = Stats | string | readonly string[] | undefined;

export type Walk = Generator<Question, FileFacts, Answer>;

/** Most links on one way, as Linux has it (path_resolution(7)). */
const MAX_LINKS = 40;
const NON_ASCII = /[^\u0000-\u007f]/;

/** What a way turned out to be. */
interface Way {
  readonly path: string;
  readonly stats: Stats | undefined;
  readonly looked: boolean;
}

/**
 * Walks an absolute path name by name, as the kernel would, asking only about what `mayLook` admits, links on the way
 * included; `foldsCase` says whether the volume of a path does. Nothing is remembered.
 */
export function* walkPath(path: string, mayLook: (path: string) => boolean, foldsCase: (path: string) => boolean): Walk {
  let links = 0;
  let named: string | undefined;

  /** `last` is true where the end of the way is the end of the path that was asked about. */
  function* follow(from: string, names: readonly string[], last: boolean): Generator<Question, Way, Answer> {
    let at = from;
    let stats: Stats | undefined;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        at = parentOf(at);
        stats = undefined;
        continue;
      }
      const rest = names.slice(i + 1);
      const isLast = last && rest.every((later) => later === '' || later === '.');
      let next = joinName(at, name);
      if (!mayLook(next)) return { path: climb(next, rest), stats: undefined, looked: false };
      stats = (yield { ask: 'lstat', path: next }) as Stats | undefined;
      if (stats === undefined && NON_ASCII.test(name)) {
        const same = yield* spelledOtherwise(at, name);
        if (same !== undefined) {
          next = joinName(at, same);
          stats = (yield { ask: 'lstat', path: next }) as Stats | undefined;
        }
      }
      if (isLast && named === undefined) named = next;
      if (stats === undefined) return { path: climb(next, rest), stats, looked: true };
      if (!stats.isSymbolicLink()) {
        at = next;
        continue;
      }
      if (++links > MAX_LINKS) throw new Error('too many links');
      const target = ((yield { ask: 'readlink', path: next }) as string).replaceAll('\\', '/');
      const start = rootOf(target);
      const reached: Way = yield* follow(start ?? at, [...target.slice(start?.length ?? 0).split('/'), ...rest], false);
      return reached;
    }
    if (stats === undefined && mayLook(at)) stats = (yield { ask: 'lstat', path: at }) as Stats | undefined;
    return { path: at, stats, looked: stats !== undefined };
  }

  const root = rootOf(path) ?? '/';
  const way = yield* follow(root, path.slice(root.length).split('/'), true);
  const real = way.path;
  return { ...factsOf(way), named: named ?? real, real, foldsCase: !way.looked || foldsCase(real) };
}

/** The one entry of a folder that is the same name in another Unicode spelling: some servers open it in its place. */
function* spelledOtherwise(folder: string, name: string): Generator<Question, string | undefined, Answer> {
  const wanted = name.normalize('NFC');
  const names = (yield { ask: 'names', path: folder }) as readonly string[];
  const same = names.filter((entry) => entry.normalize('NFC') === wanted);
  if (same.length > 1) throw new Error('several names that look the same');
  return same[0];
}

function factsOf({ stats, looked }: Way): Pick<FileFacts, 'exists' | 'kind' | 'size' | 'links'> {
  if (!looked) return { exists: false, kind: 'unknown', size: 0, links: 1 };
  if (stats === undefined) return { exists: false, kind: 'nothing', size: 0, links: 1 };
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
  return { exists: true, kind, size: stats.size, links: stats.nlink };
}

/** Goes on from a place nothing is known of, by the text alone. */
function climb(from: string, names: readonly string[]): string {
  let at = from;
  for (const name of names) {
    if (name === '..') at = parentOf(at);
    else if (name !== '' && name !== '.') at = joinName(at, name);
  }
  return at;
}

function joinName(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

function parentOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '/' : /^[A-Za-z]:$/.test(path.slice(0, cut)) ? path.slice(0, cut + 1) : path.slice(0, cut);
}

/** The root an absolute path begins with; undefined for a relative one. */
function rootOf(path: string): string | undefined {
  if (path.startsWith('/')) return '/';
  return /^[A-Za-z]:\//.exec(path)?.[0];
}
