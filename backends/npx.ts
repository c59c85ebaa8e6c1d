import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { isExact, type NpxPackage, type NpxRequest } from '../lib/model/npx.ts';

/** npm renews its lock on a folder it works on far more often than this. */
const ABANDONED_MS = 15_000;

/** The file `npx` would run, when every package is there in exactly the version asked for. */
export function installedBinary(request: NpxRequest, npmCache: string, globalModules: string): string | undefined {
  const cached = join(npmCache, '_npx', cacheKey(request.packages), 'node_modules');
  const folders = request.packages.every(({ version }) => isExact(version)) ? [globalModules, cached] : [globalModules];
  for (const modules of folders) {
    const found = binaryIn(modules, request);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The file a package installed by npx runs, in whatever version it was asked for. */
export function cachedBinary(request: NpxRequest, npmCache: string): string | undefined {
  return binaryIn(join(npmCache, '_npx', cacheKey(request.packages), 'node_modules'), request, false);
}

/**
 * Removes what is left of an npx installation that was killed half-way: a folder without a manifest, on which
 * every later `npx` of the same package fails. One that somebody works on right now is left alone.
 */
export function discardBrokenRun(request: NpxRequest, npmCache: string, nowMs: number): boolean {
  const folder = join(npmCache, '_npx', cacheKey(request.packages));
  if (!existsSync(folder) || existsSync(join(folder, 'package.json'))) return false;
  const touched = [folder, join(folder, 'concurrency.lock')].map(modifiedMs);
  if (nowMs - Math.max(...touched) < ABANDONED_MS) return false;
  rmSync(folder, { recursive: true, force: true });
  return true;
}

/** Whether `file` is a program for Node, by its first line. */
export function isNodeProgram(file: string): boolean {
  const first = readFileSync(file, 'utf8').slice(0, 200).split('\n', 1)[0]!;
  return /^#!.*\bnode\b/.test(first) || /\.[cm]?js$/.test(file);
}

/** Where npm's packages for the running Node are installed globally. */
export function globalModulesFolder(nodePath: string, platform: NodeJS.Platform = process.platform): string {
  const folder = dirname(nodePath);
  return platform === 'win32' ? join(folder, 'node_modules') : join(dirname(folder), 'lib', 'node_modules');
}

/** Where npm looks for the settings of everybody on this machine. */
export function globalConfigFile(nodePath: string, platform: NodeJS.Platform = process.platform): string {
  const folder = dirname(nodePath);
  return join(platform === 'win32' ? folder : dirname(folder), 'etc', 'npmrc');
}

/** npm names the folder of an npx run after its packages (libnpmexec). */
function cacheKey(packages: readonly NpxPackage[]): string {
  const specs = packages.map(({ spec }) => spec).sort((a, b) => a.localeCompare(b, 'en'));
  return createHash('sha512').update(specs.join('\n')).digest('hex').slice(0, 16);
}

function binaryIn(modules: string, request: NpxRequest, exactly = true): string | undefined {
  if (!isComplete(modules)) return undefined;
  for (const { name, version } of request.packages) {
    const manifest = readManifest(modules, name);
    if (manifest === undefined) return undefined;
    if (exactly && version !== '' && manifest.version !== version) return undefined;
  }
  for (const { name } of request.packages) {
    const path = binaryOf(readManifest(modules, name)!, name, request.binary);
    const file = path && realFile(join(modules, name, path));
    if (file) return file;
  }
  return undefined;
}

/**
 * npm writes its hidden lockfile last, so a folder of an npx run without one holds an installation that was cut
 * short. Global folders have none, and are never half of a single run.
 */
function isComplete(modules: string): boolean {
  return !modules.includes(`${sep}_npx${sep}`) || existsSync(join(modules, '.package-lock.json'));
}

interface Manifest {
  readonly version?: string;
  readonly bin?: string | Record<string, string>;
}

function binaryOf(manifest: Manifest, name: string, wanted: string | undefined): string | undefined {
  const own = name.replace(/^@[^/]+\//, '');
  const { bin } = manifest;
  if (typeof bin === 'string') return wanted === undefined || wanted === own ? bin : undefined;
  if (bin === undefined) return undefined;
  if (wanted !== undefined) return bin[wanted];
  const different = [...new Set(Object.values(bin))];
  return different.length === 1 ? different[0] : bin[own];
}

function readManifest(modules: string, name: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

function modifiedMs(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function realFile(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
