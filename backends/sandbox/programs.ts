import { existsSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { isWithin } from '../../lib/model/within.ts';
import { interpreterOf } from './interpreter.ts';
import { statOf } from './real-path.ts';

/** Marks of the folder a program is installed or developed in. */
const MANIFESTS = ['package.json', 'pyproject.toml', 'setup.py', 'pyvenv.cfg', 'deno.json'];
/** In the second kind there are scripts that choose a program of the same name, which lies beside them. */
const PROGRAM_FOLDERS = ['bin', 'shims'];
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
  const add = (folders: readonly string[]) => {
    for (const folder of folders) found.add(folder);
  };
  addProgram(file, ground, add);
  for (const arg of args) {
    const value = arg.startsWith('--') && arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : arg;
    const named = isAbsolute(value) ? value : /^-|:/.test(value) ? '' : resolve(ground.cwd, value);
    // A word that is no path may be the name of a folder by chance.
    if (!existsSync(named) || (named !== value && !/^\.|\//.test(value) && !isFile(named))) continue;
    for (const path of namesOf(named)) add(statSync(path).isDirectory() ? [path] : packageOf(path));
    const interpreter = isFile(named) ? interpreterOf(named) : undefined;
    if (interpreter !== undefined) addProgram(interpreter, ground, add);
  }
  return [...found].filter((folder) => !isWithin(folder, ground.home) && folder !== '/');
}

/** A program, what it is a link to, and what runs it, if it is a script. */
function addProgram(command: string, ground: ProgramGround, add: (folders: readonly string[]) => void): void {
  const file = findProgram(command, ground);
  if (file === undefined) return;
  for (const path of namesOf(file)) add(installation(path, ground.home));
  const interpreter = interpreterOf(file);
  if (interpreter !== undefined) addProgram(interpreter, { ...ground, path: withoutFolder(ground.path, file) }, add);
}

/** A script that is called as what runs it is looked for behind itself. */
function withoutFolder(path: string, file: string): string {
  return path
    .split(delimiter)
    .filter((folder) => folder !== dirname(file))
    .join(delimiter);
}

/** A path as it is named, every link it leads through, and as it really is: all must be there for it to lead anywhere. */
function namesOf(path: string): string[] {
  const names = [path];
  for (let next = linkOf(path); next !== undefined && !names.includes(next); next = linkOf(next)) names.push(next);
  try {
    return [...new Set([...names, realpathSync(path)])];
  } catch {
    return names;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    return undefined;
  }
}

/** What was installed with a program: of one in `bin`, the folder that is in, for its libraries lie beside it. */
function installation(file: string, home: string): string[] {
  const folder = dirname(file);
  if (!PROGRAM_FOLDERS.includes(basename(folder))) return packageOf(file);
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
  return statOf(path)?.isFile() === true;
}
