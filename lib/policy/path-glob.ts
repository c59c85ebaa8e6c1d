import { compileGlob, expandBraces } from './glob.ts';

/** A path ready to be matched: its names from the root on, and the same with case folded. */
export interface Names {
  readonly path: string;
  readonly plain: readonly string[];
  /** Made when it is first asked for. */
  folded(): readonly string[];
}

export interface PathGlob {
  /** With `foldCase` the two are compared as a file system compares names that ignores case. */
  matches(names: Names, foldCase: boolean): boolean;
}

type Segment = '**' | ((name: string) => boolean);
type Plain = readonly Segment[];

/** The names of an absolute path with forward slashes; equivalent spellings of one name become one (Unicode NFC). */
export function namesOf(path: string): Names {
  const plain = canonical(path).split('/').filter(isNamed);
  let folded: readonly string[] | undefined;
  return {
    path,
    plain,
    folded: () => {
      folded ??= plain.map(foldName);
      return folded;
    },
  };
}

/**
 * Compiles a glob over the paths in the folder `root`, whose name is literal: `*` and `?` within a name, `**` for any
 * number of names, none included, braces for alternatives. With `below` it also holds for everything in a folder it
 * matches. Matching takes time proportional to the pattern times the path.
 */
export function compilePathGlob(root: string, glob: string, below: boolean): PathGlob {
  // The bounds on patterns are those of all globs.
  if (glob !== '') compileGlob(glob, 'within-segment');
  const expanded = expandBraces(canonical(glob)).map((plain) => compileNames(canonical(root), plain, below));
  const folded = expandBraces(foldName(canonical(glob))).map((plain) =>
    compileNames(foldName(canonical(root)), plain, below),
  );
  return {
    matches: (names, foldCase) => (foldCase ? anyMatches(folded, names.folded()) : anyMatches(expanded, names.plain)),
  };
}

/**
 * Case as file systems fold it: by way of capitals, so that `ſ` is `s` and the Kelvin sign `k`, as APFS, NTFS and
 * ext4 with case folding have it.
 */
export function foldName(name: string): string {
  const lower = name.toLowerCase();
  return isAscii(lower) ? lower : lower.toUpperCase().toLowerCase().normalize('NFC');
}

function canonical(text: string): string {
  return isAscii(text) ? text : text.normalize('NFC');
}

function isAscii(text: string): boolean {
  return !/[^\u0000-\u007f]/.test(text);
}

function isNamed(name: string): boolean {
  return name !== '';
}

function compileNames(root: string, glob: string, below: boolean): Plain {
  const literal = root
    .split('/')
    .filter(isNamed)
    .map(
      (wanted): Segment =>
        (name) =>
          name === wanted,
    );
  const segments = glob
    .split('/')
    .filter(isNamed)
    .map((name): Segment => (/^\*{2,}$/.test(name) ? '**' : compileName(name)));
  return below ? [...literal, ...segments, '**'] : [...literal, ...segments];
}

function anyMatches(plains: readonly Plain[], names: readonly string[]): boolean {
  for (const plain of plains) if (matchNames(plain, names)) return true;
  return false;
}

/** After a `**` only the last one need ever be tried again further on. */
function matchNames(segments: Plain, names: readonly string[]): boolean {
  let s = 0;
  let n = 0;
  let restart = -1;
  let taken = 0;
  while (n < names.length) {
    const segment = segments[s];
    if (segment === '**') {
      if (s === segments.length - 1) return true;
      restart = s++;
      taken = n;
    } else if (segment?.(names[n]!) === true) {
      s++;
      n++;
    } else if (restart !== -1) {
      s = restart + 1;
      n = ++taken;
    } else return false;
  }
  while (segments[s] === '**') s++;
  return s === segments.length;
}

/** One name with `*` and `?` in it; `**` inside a name is `*`. The common shapes need no walk. */
function compileName(glob: string): (name: string) => boolean {
  const wild = glob.search(/[*?]/);
  if (wild === -1) return (name) => name === glob;
  const pattern = glob.replace(/\*+/g, '*');
  if (!pattern.includes('?')) {
    const [head, tail, ...more] = pattern.split('*') as [string, string, ...string[]];
    if (more.length === 0) {
      const least = head.length + tail.length;
      return (name) => name.length >= least && name.startsWith(head) && name.endsWith(tail);
    }
  }
  const characters = [...pattern];
  return (name) => matchCharacters(characters, [...name]);
}

function matchCharacters(pattern: readonly string[], name: readonly string[]): boolean {
  let p = 0;
  let n = 0;
  let restart = -1;
  let taken = 0;
  while (n < name.length) {
    const c = pattern[p];
    if (c === '*') {
      restart = p++;
      taken = n;
    } else if (c === '?' || (c !== undefined && c === name[n])) {
      p++;
      n++;
    } else if (restart !== -1) {
      p = restart + 1;
      n = ++taken;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
