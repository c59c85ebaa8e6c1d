import { posix } from 'node:path';

/** The folders paths are told from. */
export interface Places {
  readonly project: string | undefined;
  readonly home: string;
  /** Where the server runs. */
  readonly cwd: string;
}

/** More folders than these outside the project are no narrow rule. */
const MOST_OUTSIDE = 20;
/** Characters of patterns; `?` stands for each of them and for any other one. */
const SPECIAL = /[*{}[\]\\]/g;

/**
 * Entries that hold all `paths`: one for the project, the folder they have in common, and one for each folder outside of
 * it. Undefined when a path cannot be told or there are too many.
 */
export function folderEntries(paths: readonly string[], places: Places): readonly Counted[] | undefined {
  const absolute = paths.map((path) => absolutePath(path, places));
  if (absolute.some((path) => path === undefined)) return undefined;
  const { project } = places;
  const inside = absolute.filter((path) => project !== undefined && isIn(path!, project)) as string[];
  const outside = absolute.filter((path) => project === undefined || !isIn(path!, project)) as string[];
  const entries: Counted[] = [];
  if (inside.length > 0) {
    const rest = commonAncestor(inside).slice(project!.length);
    entries.push({ entry: `\${PROJECT_DIR}${escaped(rest)}`, count: inside.length });
  }
  const folders = [...new Set(outside)].sort();
  const tops = folders.filter((path) => !folders.some((other) => other !== path && isIn(path, other)));
  if (tops.length > MOST_OUTSIDE) return undefined;
  for (const top of tops) {
    entries.push({ entry: escaped(top), count: outside.filter((path) => isIn(path, top)).length });
  }
  return entries;
}

/** An entry of a list, and how often what it holds was seen. */
export interface Counted {
  readonly entry: string;
  readonly count: number;
}

/** A path in full; undefined for one that two programs could read differently. */
function absolutePath(path: string, { home, cwd }: Places): string | undefined {
  if (path === '' || /[\\\0%]|^[a-z][a-z0-9+.-]*:/i.test(path)) return undefined;
  if (path === '~' || path.startsWith('~/')) return posix.join(home, path.slice(1));
  if (path.startsWith('~')) return undefined;
  const full = posix.resolve(cwd, path);
  return full === '/' ? undefined : full;
}

function commonAncestor(paths: readonly string[]): string {
  const [first, ...rest] = paths.map((path) => path.split('/'));
  let shared = first!.length;
  for (const segments of rest) {
    let same = 0;
    while (same < shared && segments[same] === first![same]) same++;
    shared = same;
  }
  return first!.slice(0, shared).join('/');
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Text that stands for itself in a pattern, and holds no variable of a config. */
export function escaped(text: string): string {
  return text.replace(SPECIAL, '?');
}
