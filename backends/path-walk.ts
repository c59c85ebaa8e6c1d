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

/** A folder a walk may begin at: `path` as it is named, `real` where it is, without a link on the way. */
export interface Start {
  readonly path: string;
  readonly real: string;
}

/**
 * Walks an absolute path name by name, as the kernel would, asking only about what `mayLook` admits, links on the way
 * included; `foldsCase` says whether the volume of a path does. Nothing is remembered.
 */
export function* walkPath(
  path: string,
  mayLook: (path: string) => boolean,
  foldsCase: (path: string) => boolean,
  start?: Start,
): Walk {
  let links = 0;
  let named: string | undefined;
  let at = start?.real ?? rootOf(path) ?? '/';
  let names = path
    .slice((start?.path ?? at).length)
    .split('/')
    .filter(isName);
  let stats: Stats | undefined;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (name === '..') {
      at = parentOf(at);
      stats = undefined;
      continue;
    }
    let next = joinName(at, name);
    if (!mayLook(next)) return factsOf(undefined, named, climb(next, names, i + 1), false, true);
    stats = (yield { ask: 'lstat', path: next }) as Stats | undefined;
    if (stats === undefined && NON_ASCII.test(name)) {
      const same = yield* spelledOtherwise(at, name);
      if (same !== undefined) {
        next = joinName(at, same);
        stats = (yield { ask: 'lstat', path: next }) as Stats | undefined;
      }
    }
    // The name a path ends in is its own; what a link at the end of it leads to is not.
    if (i === names.length - 1) named ??= next;
    if (stats === undefined) return factsOf(stats, named, climb(next, names, i + 1), true, foldsCase(next));
    if (!stats.isSymbolicLink()) {
      at = next;
      continue;
    }
    if (++links > MAX_LINKS) throw new Error('too many links');
    const target = ((yield { ask: 'readlink', path: next }) as string).replaceAll('\\', '/');
    const from = rootOf(target);
    names = [
      ...target
        .slice(from?.length ?? 0)
        .split('/')
        .filter(isName),
      ...names.slice(i + 1),
    ];
    at = from ?? at;
    stats = undefined;
    i = -1;
  }
  if (stats === undefined && mayLook(at)) stats = (yield { ask: 'lstat', path: at }) as Stats | undefined;
  return factsOf(stats, named, at, stats !== undefined, stats === undefined || foldsCase(at));
}

function isName(name: string): boolean {
  return name !== '' && name !== '.';
}

/** The one entry of a folder that is the same name in another Unicode spelling: some servers open it in its place. */
function* spelledOtherwise(folder: string, name: string): Generator<Question, string | undefined, Answer> {
  const wanted = name.normalize('NFC');
  const names = (yield { ask: 'names', path: folder }) as readonly string[];
  const same = names.filter((entry) => entry.normalize('NFC') === wanted);
  if (same.length > 1) throw new Error('several names that look the same');
  return same[0];
}

function factsOf(
  stats: Stats | undefined,
  named: string | undefined,
  real: string,
  looked: boolean,
  foldsCase: boolean,
): FileFacts {
  const at = { named: named ?? real, real, foldsCase };
  if (stats === undefined) return { ...at, exists: false, kind: looked ? 'nothing' : 'unknown', size: 0, links: 1 };
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
  return { ...at, exists: true, kind, size: stats.size, links: stats.nlink };
}

/** Goes on from a place nothing is known of, by the text alone. */
function climb(from: string, names: readonly string[], next: number): string {
  let at = from;
  for (let i = next; i < names.length; i++) at = names[i] === '..' ? parentOf(at) : joinName(at, names[i]!);
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
