import type { Files } from '../../model/files.ts';
import { isPromise, type Later, then } from '../../model/later.ts';
import type { Pattern } from '../../model/lists.ts';
import { compilePathGlob, type Names, type PathGlob } from '../../policy/path-glob.ts';
import { inPlace } from '../../policy/rule-fault.ts';
import { type Grounds, slashes } from './ground.ts';

/** Whether a pattern takes away or grants. */
export type Reach = 'restricts' | 'grants';

/** A pattern of a list over paths, ready to match. */
export interface PathPattern {
  readonly pattern: Pattern;
  /** Its folder up to the first wildcard, and what follows. */
  readonly root: string;
  readonly glob: string;
  /** The folder as it is written and as it really is. */
  readonly roots: readonly string[];
  matches(names: Names, foldCase: boolean): boolean;
}

interface Anchored {
  readonly root: string;
  readonly glob: string;
}

const WILD = /[*?{]/;

/**
 * Compiles a pattern as it is written and as its folder really is. What restricts holds for all that is below a folder
 * it matches; what grants does so only without a wildcard.
 */
export function compilePattern(
  pattern: Pattern,
  reach: Reach,
  base: string,
  grounds: Grounds,
  files: Files,
): PathPattern {
  return inPlace(pattern, 'SP1010', () => compiled(pattern, reach, base, grounds, files));
}

function compiled(pattern: Pattern, reach: Reach, base: string, grounds: Grounds, files: Files): PathPattern {
  const { root, glob } = anchor(slashes(pattern.glob, grounds.platform), reach, base, grounds.home);
  const below = reach === 'restricts' || glob === '';
  const globs: PathGlob[] = [compilePathGlob(root, glob, below)];
  if (reach === 'grants' && root !== '/') files.admit([root]);
  const roots = [root];
  addReal(root, files, (real) => {
    roots.push(real);
    globs.push(compilePathGlob(real, glob, below));
  });
  return { pattern, root, glob, roots, matches: (names, fold) => globs.some((one) => one.matches(names, fold)) };
}

/**
 * Where a pattern begins. A leading `~` is home, `.` the project; a bare one such as `*.env` or `secrets/*` restricts
 * wherever it is found, and grants only inside the project, so that neither reading allows more than was meant.
 */
export function anchor(glob: string, reach: Reach, base: string, home: string): Anchored {
  if (glob === '~' || glob.startsWith('~/')) return split(home, glob.slice(2));
  if (/^(?:\/|[A-Za-z]:\/)/.test(glob)) return split('', glob);
  if (/^\.{1,2}(?:\/|$)/.test(glob)) return split(base, glob);
  if (reach === 'restricts') return split('/', `**/${glob.replace(/^(?:\*{1,2}\/)+/, '')}`);
  if (glob.startsWith('**')) return split('/', glob);
  return split(base, glob.includes('/') ? glob : `**/${glob}`);
}

/** The literal folder, with `.` and `..` taken away, and the rest from the first wildcard on. */
function split(folder: string, glob: string): Anchored {
  const names: string[] = folder.split('/').filter((name) => name !== '');
  const rest = glob.split('/').filter((name) => name !== '' && name !== '.');
  while (rest.length > 0 && !WILD.test(rest[0]!)) {
    const name = rest.shift()!;
    if (name === '..') names.pop();
    else names.push(name);
  }
  const root = names.join('/');
  return { root: /^[A-Za-z]:/.test(root) ? root : `/${root}`, glob: rest.join('/') };
}

/** Adds what a folder really is, at once where that is known at once. A folder that cannot be told stays as written. */
function addReal(root: string, files: Files, add: (real: string) => void): void {
  try {
    const facts: Later<unknown> = then(files.look(root), ({ real }) => {
      if (real !== root) add(real);
    });
    if (isPromise(facts)) facts.catch(() => undefined);
  } catch {
    // Its volume does not answer, and neither will it for what lies in it.
  }
}
