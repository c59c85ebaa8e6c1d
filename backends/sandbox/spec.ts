import { constants, copyFileSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendConfig } from '../../lib/model/config.ts';
import type { Confinement } from '../../lib/model/confinement.ts';
import { type MountPath, SandboxFault, type SandboxSpec } from '../../lib/model/sandbox.ts';
import { isWithin } from '../../lib/model/within.ts';
import { MARKER } from '../process-table.ts';
import type { Forwards } from './forwards.ts';
import { findProgram, programFolders } from './programs.ts';
import { realPathOf, statOf } from './real-path.ts';

/** Variables that lead to programs of this machine which a sandbox keeps away. */
const OUTSIDE = /^(?:XDG_RUNTIME_DIR|DBUS_.*|SSH_AUTH_SOCK|DOCKER_HOST|TMPDIR|DISPLAY|WAYLAND_DISPLAY)$/;
const KERNEL = ['/proc', '/dev', '/sys'];
const CACHES = ['XDG_CACHE_HOME', 'npm_config_cache'];
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
const NO_PROXY = 'localhost,127.0.0.1,::1';

/** One start of a backend, as far as it is known before anything of it is done. */
export interface Start {
  readonly config: BackendConfig;
  readonly file: string;
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly confinement: Confinement;
  /** What other backends may write to. */
  readonly others: readonly MountPath[];
  readonly forwards: Forwards;
  readonly run: string;
  /** Its program is found in an image, and nothing of this machine's programs is there. */
  readonly isContainer: boolean;
  /** A folder of its own that it may write to and finds again at its next start. */
  readonly ownFolder: string;
  /** What is run in the place of the backend, as the backend sees the world. */
  readonly instead: Instead | undefined;
}

export interface Instead {
  readonly command: readonly [string, ...string[]];
  /** At this terminal. */
  readonly interactive: boolean;
}

/** Everything a driver must know, from what is configured and what there is; throws a {@link SandboxFault}. */
export function sandboxSpec(start: Start): SandboxSpec {
  const { config, confinement, forwards, instead, ownFolder, variables } = start;
  const { sandbox, cwd, name } = config;
  const home = variables['HOME'] ?? '/';
  const ground = { home, path: variables['PATH'] ?? '/usr/bin:/bin', cwd };
  const file = start.isContainer ? start.file : findProgram(start.file, ground);
  if (file === undefined)
    throw new SandboxFault(`there is no program "${start.file}"`, 'install it, or write its whole path');
  refuseUnfit(confinement, start.others);
  mkdirSync(join(ownFolder, 'cache'), { recursive: true, mode: 0o700 });
  const programs = start.isContainer ? [] : programFolders(file, start.args, ground);
  confinement.write.forEach(prepare);
  const denied = confinement.hide.flatMap(realOf);
  const isLeft = (path: string) => !realOf(path).some((real) => denied.some((folder) => isWithin(folder, real)));
  const write = [...there(confinement.write).filter(isLeft), realpathSync(ownFolder)];
  const read = confinement.read && there(confinement.read).filter(isLeft);
  const seen = [...write, ...(read ?? ['/']), ...programs];
  return {
    backend: name,
    file: instead?.command[0] ?? file,
    args: instead?.command.slice(1) ?? start.args,
    // Where nothing of its working folder is there, it works where it can do no harm.
    cwd: seen.some((path) => isWithin(path, cwd) || isWithin(cwd, path)) ? cwd : '/tmp',
    env: { ...inside(variables, start), ...proxied(sandbox.network, forwards), [MARKER]: start.run },
    run: start.run,
    image: sandbox.image,
    network: sandbox.network,
    programs: [...programs, ...(sandbox.network === 'host' ? resolverFile() : [])],
    read,
    write,
    // What a link leads to elsewhere would be shown by this, and nothing of it can be written to in any case.
    protect: confinement.protect
      .flatMap(realOf)
      .filter((path) => isLeft(path) && write.some((folder) => isWithin(folder, path))),
    hide: [...confinement.own.flatMap(realOf), ...denied],
    unixSockets: sandbox.unixSockets,
    interactive: instead?.interactive ?? false,
    listeners: sandbox.network === 'proxy' ? forwards.listeners : [],
    hosts: sandbox.network === 'proxy' ? forwards.hosts : {},
    limits: sandbox.limits,
  };
}

/** What was written down must be there; what is usual is left out when it is not. */
function there(paths: readonly MountPath[]): string[] {
  return paths.flatMap(({ path, source, needed }) => {
    const [real] = realOf(path);
    if (real === undefined && needed) {
      throw new SandboxFault(`"${path}" (${source}) is not there`, 'make it, or take it off the list');
    }
    return real === undefined ? [] : [...new Set([path, real])];
  });
}

/** Throws a {@link SandboxFault} for a list with a path that no sandbox holds, whatever there is of it. */
function refuseUnfit({ read = [], write, own }: Confinement, others: readonly MountPath[]): void {
  for (const { path } of [...write, ...read]) {
    refuseOwn(path, own);
    refuseKernel(path);
    refuseLedOut(path, [...write, ...others]);
  }
}

/** Throws a {@link SandboxFault} for lists with which a sandbox could not be made now. */
export function refuseUnmakeable(confinement: Confinement, others: readonly MountPath[]): void {
  refuseUnfit(confinement, others);
  there([...confinement.write, ...(confinement.read ?? [])].filter(({ unlessFolder }) => unlessFolder !== 'make'));
}

function refuseOwn(path: string, own: readonly string[]): void {
  const inside = own.find((folder) =>
    [path, ...realOf(path)].some((one) => [folder, ...realOf(folder)].some((ours) => isWithin(ours, one))),
  );
  if (inside === undefined) return;
  throw new SandboxFault(`"${path}" lies in ${inside}, which is Sallyport's own`, 'take it off the list');
}

/** Those of this machine would show its processes and lead to its devices; each sandbox has what it needs of them. */
function refuseKernel(path: string): void {
  if (![path, ...realOf(path)].some((one) => KERNEL.some((folder) => isWithin(folder, one)))) return;
  throw new SandboxFault(`"${path}" is the kernel's, of which each sandbox has its part`, 'take it off the list');
}

/** What lies in a folder that a backend may write to, it may have replaced by a link when it ran before. */
function refuseLedOut(path: string, write: readonly MountPath[]): void {
  const [real] = realOf(path);
  const holder = write.find((one) => one.path !== path && isWithin(one.path, path));
  if (real === undefined || holder === undefined || realOf(holder.path).some((one) => isWithin(one, real))) return;
  const message = `"${path}" leads out of ${holder.path}, which a backend may write to`;
  throw new SandboxFault(message, 'list the folder it leads to, or take it off the list');
}

/** What would be written to the home folder inside would be gone with it. */
function prepare({ path, source, unlessFolder }: MountPath): void {
  if (unlessFolder === 'make') mkdirSync(path, { recursive: true, mode: 0o700 });
  if (unlessFolder !== 'refuse' || statOf(path)?.isDirectory() === true) return;
  const fix = 'give it a folder of its own, or write down what may be written to in `sandbox.write`';
  throw new SandboxFault(`"${path}" (${source}) is in no folder but the home folder`, fix);
}

/** Its variables with those a preset adds, and with places to write to that it finds again. */
function inside(variables: Readonly<Record<string, string>>, start: Start): Record<string, string> {
  const { config, ownFolder } = start;
  const kept = Object.entries(variables).filter(([name]) => !OUTSIDE.test(name));
  const cache = join(ownFolder, 'cache');
  return {
    ...config.sandbox.variables,
    ...Object.fromEntries(kept),
    ...keptFile(start),
    XDG_CACHE_HOME: cache,
    npm_config_cache: join(cache, 'npm'),
    ...ownCaches(config),
    TMPDIR: '/tmp',
  };
}

/** Caches of other programs cannot be written to; those that are for this server alone are its operator's choice. */
function ownCaches({ env }: BackendConfig): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => CACHES.includes(name)));
}

/** Where the file of the preset's server is now; what it kept before is copied there once. */
function keptFile({ config, args, ownFolder }: Start): Record<string, string> {
  const { keeps } = config.sandbox;
  if (keeps === undefined) return {};
  const file = join(ownFolder, keeps.name);
  const folder = packageFolder(args);
  const before = folder && keeps.formerly.map((name) => join(folder, name)).find((path) => existsSync(path));
  // Where it leads elsewhere, the server may have left a link to have us read for it what it may not.
  const isOfPackage = before !== undefined && isWithin(realpathSync(folder!), realpathSync(before));
  if (isOfPackage) copyOnce(before, file);
  return { [keeps.variable]: file };
}

/** Never to what is there, for that may be a link the backend has left for its next start. */
function copyOnce(from: string, to: string): void {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function packageFolder(args: readonly string[]): string | undefined {
  const script = args.find((arg) => arg.includes('/node_modules/'));
  if (script === undefined) return undefined;
  const parts = script.split('/');
  const at = parts.lastIndexOf('node_modules') + 1;
  return parts.slice(0, at + (parts[at]?.startsWith('@') ? 2 : 1)).join('/');
}

/** Node looks at these variables from 22.21 and 24.5 on, and only when it is told to. */
function proxied(network: string, { listeners }: Forwards): Record<string, string> {
  const [proxy] = listeners;
  if (network !== 'proxy' || proxy === undefined) return {};
  const url = `http://${proxy.address}:${proxy.port}`;
  const variables = Object.fromEntries(PROXY_VARIABLES.map((name) => [name, url]));
  return { ...variables, NO_PROXY, no_proxy: NO_PROXY, NODE_USE_ENV_PROXY: '1' };
}

function resolverFile(): string[] {
  return realOf('/etc/resolv.conf');
}

function realOf(path: string): string[] {
  const real = realPathOf(path);
  return real === undefined ? [] : [real];
}
