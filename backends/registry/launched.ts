import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { BackendConfig } from '../../lib/model/config.ts';
import { parseContainerRun } from '../../lib/model/container-run.ts';
import { asObject, type Json } from '../../lib/model/json.ts';
import { isExact, isNpx, parseNpx } from '../../lib/model/npx.ts';
import type { LockedLaunch } from '../../lib/model/registry.ts';
import { parseUvx } from '../../lib/model/uvx.ts';
import { resolveLaunch } from '../launch.ts';
import { cachedBinary } from '../npx.ts';
import { hashOfFile, hashOfFolder } from './file-hashes.ts';

export type LaunchedPackage = NonNullable<LockedLaunch['package']>;

/** `python server.py` is the script and not the interpreter. */
const INTERPRETER = /^(?:node|nodejs|bun|deno|python[\d.]*|ruby|perl|php|bash|sh|zsh)(?:\.exe)?$/;
const EXACT_PYTHON = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^*\s,]+)$/;

/**
 * What a backend that was just started runs: its package with version and integrity, as far as they are to be found on
 * this machine, else the hash of its program. Undefined for one that is reached by HTTP, and for what cannot be told.
 */
export function launchedPackage(backend: BackendConfig, stateDir: string): LaunchedPackage | undefined {
  const { command, args, remote } = backend;
  if (remote !== undefined) return undefined;
  try {
    return fromUvx(command, args) ?? fromImage(command, args) ?? fromNpx(command, args, stateDir) ?? fromFile(backend);
  } catch {
    return undefined;
  }
}

function fromUvx(command: string, args: readonly string[]): LaunchedPackage | undefined {
  const request = parseUvx(command, args);
  if (request === undefined) return undefined;
  const [, name, version] = EXACT_PYTHON.exec(request.source) ?? [];
  return name === undefined ? { name: `pypi:${request.source}` } : { name: `pypi:${name}`, version: version! };
}

function fromImage(command: string, args: readonly string[]): LaunchedPackage | undefined {
  if (!/^(?:docker|podman)(?:\.exe)?$/.test(basename(command))) return undefined;
  const image = parseContainerRun(args)?.image;
  if (image === undefined) return undefined;
  const [, name = image, tag, digest] = /^(.*?)(?::([^/:@]+))?(?:@(.+))?$/.exec(image) ?? [];
  return {
    name: `image:${name}`,
    ...(tag !== undefined && { version: tag }),
    ...(digest !== undefined && { integrity: digest }),
  };
}

function fromNpx(command: string, args: readonly string[], stateDir: string): LaunchedPackage | undefined {
  if (!isNpx(command)) return undefined;
  const request = parseNpx(args);
  const [wanted] = request?.packages ?? [];
  if (request === undefined || wanted === undefined) return undefined;
  const launch = resolveLaunch(command, args, stateDir);
  const cache = join(homedir(), process.platform === 'win32' ? 'AppData/Local/npm-cache' : '.npm');
  const started =
    launch.how === 'installed'
      ? [launch.file, ...launch.args].find((word) => word.includes('node_modules'))
      : cachedBinary(request, cache);
  const found = started && packageAround(started);
  if (found) return found;
  return { name: `npm:${wanted.name}`, ...(isExact(wanted.version) && { version: wanted.version }) };
}

function fromFile({ command, args, cwd }: BackendConfig): LaunchedPackage | undefined {
  const script = INTERPRETER.test(basename(command)) ? args.find((arg) => !arg.startsWith('-')) : undefined;
  const named = script === undefined ? programPath(command, cwd) : resolve(cwd, script);
  if (named === undefined || !existsSync(named)) return undefined;
  const file = realpathSync(named);
  const around = file.includes(`${sep}node_modules${sep}`) ? packageAround(file) : undefined;
  if (around !== undefined) return around;
  const integrity = hashOfFile(file);
  return integrity === undefined ? undefined : { name: `file:${basename(file)}`, integrity };
}

/** The npm package a file belongs to: its manifest, and the integrity npm noted when it installed it. */
function packageAround(file: string): LaunchedPackage | undefined {
  for (let at = dirname(file); dirname(at) !== at; at = dirname(at)) {
    const { name, version } = readJsonFile(join(at, 'package.json')) ?? {};
    if (typeof name !== 'string' || typeof version !== 'string') continue;
    const integrity = notedIntegrity(at, name) ?? hashOfFolder(at);
    return { name: `npm:${name}`, version, ...(integrity !== undefined && { integrity }) };
  }
  return undefined;
}

function notedIntegrity(folder: string, name: string): string | undefined {
  const modules = folder.slice(0, folder.length - name.length);
  const packages = asObject(readJsonFile(join(modules, '.package-lock.json'))?.packages);
  const noted = asObject(packages?.[`node_modules/${name}`])?.integrity;
  return typeof noted === 'string' ? noted : undefined;
}

function readJsonFile(path: string): Json | undefined {
  try {
    return asObject(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function programPath(command: string, cwd: string): string | undefined {
  if (isAbsolute(command)) return command;
  if (/[/\\]/.test(command)) return resolve(cwd, command);
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((path) => existsSync(path));
}
