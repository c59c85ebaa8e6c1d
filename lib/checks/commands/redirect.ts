import { posix } from 'node:path';
import type { Pattern } from '../../model/lists.ts';
import type { ShellRedirect } from '../../parse/shell/facts.ts';
import { compileGlob, type Matches } from '../../policy/glob.ts';

const ALWAYS = new Set(['/dev/null']);

/** Where output may go to and input come from. */
export interface RedirectTargets {
  /** Undefined in front of relative names: nobody knows the folder. */
  allows(redirect: ShellRedirect, folder: string | undefined): boolean;
}

/** Relative entries count from `base`. An entry without a star covers the path and all below it. */
export function compileRedirects(patterns: readonly Pattern[], base: string): RedirectTargets {
  const matchers = patterns.map(({ glob }) => compileTarget(posix.resolve(base, glob)));
  return {
    allows: ({ target: { text, dynamic, glob } }, folder) => {
      if (dynamic || glob) return false;
      if (ALWAYS.has(text)) return true;
      // The shell itself gives these names a meaning, and a `~` only it can expand.
      if (/^~|^\/dev\/(tcp|udp)\//.test(text) || (folder === undefined && !text.startsWith('/'))) return false;
      const path = posix.resolve(folder ?? '/', text);
      return matchers.some((matches) => matches(path));
    },
  };
}

function compileTarget(glob: string): Matches {
  if (/[*?{]/.test(glob)) return compileGlob(glob, 'within-segment');
  return (path) => path === glob || path.startsWith(glob === '/' ? glob : `${glob}/`);
}
