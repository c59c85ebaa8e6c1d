import { basename, posix } from 'node:path';
import { parseContainerRun } from '../model/container-run.ts';
import { isNpx, parseNpx } from '../model/npx.ts';
import type { LaunchedPackage } from './preset.ts';
import { pythonPackage } from './python-package.ts';

/** Starters that take what `npx` takes, by how their command line begins. */
const LIKE_NPX: Readonly<Record<string, readonly (readonly string[])[]>> = {
  npm: [['exec'], ['x']],
  pnpx: [[]],
  pnpm: [['dlx']],
  yarn: [['dlx']],
  bunx: [['--bun'], []],
  bun: [['x', '--bun'], ['x']],
};

/** The package a command line gets from a registry and starts; undefined unless every word of it is understood. */
export function launchedPackage(command: string, args: readonly string[]): LaunchedPackage | undefined {
  const program = basename(command).replace(/\.(?:cmd|exe|ps1)$/i, '');
  if (program === 'cmd') return args[0]?.toLowerCase() === '/c' ? fromShell(args) : undefined;
  if (isNpx(command)) return fromNpx(args);
  const beginnings = LIKE_NPX[program];
  const beginning = beginnings?.find((words) => words.every((word, at) => args[at] === word));
  if (beginning !== undefined) return fromNpx(args.slice(beginning.length));
  if (program === 'docker' || program === 'podman') return fromImage(args);
  if (program === 'node') return args[0] === undefined ? undefined : fromPath(args[0]);
  return pythonPackage(program, args) ?? fromPath(command);
}

/** On Windows clients write `cmd /c npx …`, since `npx` is no program there. */
function fromShell([, command, ...args]: readonly string[]): LaunchedPackage | undefined {
  return command === undefined || command.startsWith('/') ? undefined : launchedPackage(command, args);
}

/** With several packages it depends on their order whose program it is, so none is recognised. */
function fromNpx(args: readonly string[]): LaunchedPackage | undefined {
  const request = parseNpx(args);
  if (request?.packages.length !== 1) return undefined;
  return { name: `npm:${request.packages[0]!.name}`, program: request.binary };
}

/** An image is what it is called without its tag and digest, and without Docker's own registry. */
function fromImage(args: readonly string[]): LaunchedPackage | undefined {
  const run = parseContainerRun(args);
  if (run?.before.every((word) => word === 'container') !== true) return undefined;
  if (run.options.some((option) => option.startsWith('--entrypoint'))) return undefined;
  const name = run.image
    .replace(/@.*$/, '')
    .replace(/:[^/]*$/, '')
    .replace(/^docker\.io\//, '');
  return { name: `image:${name}`, program: undefined };
}

/** A file in `node_modules/PACKAGE/`; options of `node` before it could load anything, so there may be none. */
function fromPath(path: string): LaunchedPackage | undefined {
  const parts = posix.normalize(path).split('/');
  const at = parts.lastIndexOf('node_modules') + 1;
  if (at === 0) return undefined;
  const length = parts[at]?.startsWith('@') ? 2 : 1;
  if (parts.length <= at + length) return undefined;
  return { name: `npm:${parts.slice(at, at + length).join('/')}`, program: undefined };
}
