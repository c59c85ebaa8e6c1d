import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { BackendConfig } from '../../lib/model/config.ts';
import { type NpxRequest, parseNpx } from '../../lib/model/npx.ts';
import { SandboxFault } from '../../lib/model/sandbox.ts';
import { parseUvx, type UvxRequest } from '../../lib/model/uvx.ts';
import type { Launch } from '../launch.ts';
import { cachedBinary, isNodeProgram } from '../npx.ts';

/** Runs a command line where packages are installed: with the network, and nothing to write to but the backend's folder. */
export type RunInstaller = (
  file: string,
  args: readonly string[],
) => Promise<{ readonly code: number; readonly printed: string }>;

const NPX_FIX = 'install the package beforehand (`npm install --global`), and start its program';

const UVX_FIX = 'install it beforehand (`uv tool install`), start its program, and name its `preset`';

/**
 * A backend in a sandbox has no way to the registry, and must not write where others find their packages. So what `npx`
 * would install is installed beforehand, in a sandbox of its own and into the backend's own folder, and started from
 * there. An exact version is installed once; of any other the registry is asked at every start, as `npx` does.
 */
export async function installed(
  { args, command }: BackendConfig,
  launch: Launch,
  ownFolder: string,
  run: RunInstaller,
): Promise<Launch> {
  const request = parseNpx(args);
  if (request === undefined) throw new SandboxFault('this form of npx cannot run in a sandbox', NPX_FIX);
  const cache = npmCacheIn(ownFolder);
  const found = request.packages.every(isPinned) ? cachedBinary(request, cache) : undefined;
  if (found !== undefined) return launchOf(found, request);
  // What stands before the package are our flags, which make npx read nothing of the working folder.
  const flags = launch.args.slice(0, launch.args.length - args.length);
  const packages = request.packages.map(({ spec }) => `--package=${spec}`);
  const { code, printed } = await run(command, [...flags, '--yes', ...packages, '--', 'node', '-e', '0']);
  const file = code === 0 ? cachedBinary(request, cache) : undefined;
  if (file === undefined) {
    const names = request.packages.map(({ spec }) => spec).join(' ');
    throw new SandboxFault(`${names} could not be installed: ${lastLine(printed)}`, NPX_FIX);
  }
  return launchOf(file, request);
}

/** Prints the folder of the environment a tool of Python runs in. */
const WHERE = 'import sys; print(sys.prefix)';

/** What `uvx` would install, in the same way; uv is asked at every start, as it decides what is fresh. */
export async function installedTool({ command, args }: BackendConfig, run: RunInstaller): Promise<Launch> {
  const request = parseUvx(command, args);
  if (request === undefined) throw new SandboxFault('this form of uvx cannot run in a sandbox', UVX_FIX);
  const { options, source } = request;
  const runner = args[0] === 'tool' ? ['tool', 'run'] : [];
  const words = [...runner, ...options, '--from', source, 'python', '-c', WHERE];
  const { code, printed } = await run(command, words);
  const environment = printed.split('\n').find((line) => isAbsolute(line) && existsSync(join(line, 'pyvenv.cfg')));
  if (code !== 0 || environment === undefined)
    throw new SandboxFault(`${source} could not be installed: ${lastLine(printed)}`, UVX_FIX);
  return toolIn(environment, request);
}

function toolIn(environment: string, { program, source, args }: UvxRequest): Launch {
  const file = join(environment, 'bin', program);
  if (existsSync(file)) return { file, args, verbatim: false, how: 'installed' };
  throw new SandboxFault(`${source} has no program "${program}"`, UVX_FIX);
}

/** Where tools of Python are; it may not change them either. */
export function uvCacheIn(ownFolder: string): string {
  return join(ownFolder, 'uv');
}

/** Where its packages are; it may read and not change them, or its next start would run what this one wrote. */
export function npmCacheIn(ownFolder: string): string {
  return join(ownFolder, 'npm');
}

function isPinned({ version }: { readonly version: string }): boolean {
  return /^\d+\.\d+\.\d+/.test(version);
}

function launchOf(file: string, { args }: NpxRequest): Launch {
  return isNodeProgram(file)
    ? { file: process.execPath, args: [file, ...args], verbatim: false, how: 'installed' }
    : { file, args, verbatim: false, how: 'installed' };
}

function lastLine(printed: string): string {
  const lines = printed.trim().split('\n');
  return (lines.find((line) => /\berr(?:or)?!?\b/i.test(line)) ?? lines.at(-1)) || 'it said nothing';
}
