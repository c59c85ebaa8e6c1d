import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { isWithin } from './within.ts';

/** Marks of the folder a program is installed or developed in. */
const MANIFESTS = ['package.json', 'pyproject.toml', 'setup.py', 'pyvenv.cfg', 'deno.json'];
/** Folders in a home that hold what programs installed for one user are made of. */
const USER_PROGRAMS = ['.local/bin', '.local/lib', '.local/pipx', '.local/share/pipx', '.local/share/uv'];

export interface ProgramGround {
  readonly home: string;
  readonly path: string;
  readonly cwd: string;
}

/** The file a command is, found as a shell would find it; undefined when there is none. */
export function findProgram(command: string, { path, cwd }: Pick<ProgramGround, 'path' | 'cwd'>): string | undefined {
  if (command.includes('/')) return isFile(resolve(cwd, command)) ? resolve(cwd, command) : undefined;
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, command))
    .find(isFile);
}

/**
 * Folders a command line is made of: where its program is installed, that of the script it runs, and the files its
 * arguments name. Never a whole home, nor all there is.
 */
export function programFolders(file: string, args: readonly string[], ground: ProgramGround): string[] {
  const found = new Set<string>();
  for (const path of namesOf(file)) for (const folder of installation(path, ground.home)) found.add(folder);
  for (const arg of args) {
    const value = arg.startsWith('--') && arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : arg;
    const named = isAbsolute(value) ? value : /^-|:/.test(value) ? '' : resolve(ground.cwd, value);
    // A word that is no path may be the name of a folder by chance.
    if (!existsSync(named) || (named !== value && !/^\.|\//.test(value) && !isFile(named))) continue;
    for (const path of namesOf(named)) {
      if (statSync(path).isDirectory()) found.add(path);
      else for (const folder of packageOf(path)) found.add(folder);
    }
  }
  return [...found].filter((folder) => !isWithin(folder, ground.home) && folder !== '/');
}

/** A path as it is named and as it really is: both must be there for a link to lead somewhere. */
function namesOf(path: string): string[] {
  try {
    return [...new Set([path, realpathSync(path)])];
  } catch {
    return [path];
  }
}

/** What was installed with a program: of one in `bin`, the folder that is in, for its libraries lie beside it. */
function installation(file: string, home: string): string[] {
  const folder = dirname(file);
  if (basename(folder) !== 'bin') return packageOf(file);
  const prefix = dirname(folder);
  if (prefix === join(home, '.local')) return USER_PROGRAMS.map((name) => join(home, name)).filter(existsSync);
  return [isWithin(prefix, home) ? folder : prefix];
}

/** Of a file in `node_modules` the outermost one, since packages need each other; else the folder with a manifest. */
function packageOf(file: string): string[] {
  const parts = dirname(file).split('/');
  const at = parts.indexOf('node_modules');
  if (at !== -1) return [parts.slice(0, at + 1).join('/')];
  for (let folder = dirname(file); folder !== '/'; folder = dirname(folder)) {
    if (MANIFESTS.some((name) => existsSync(join(folder, name)))) return [folder];
  }
  return [file];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
