import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { BackendConfig } from '../../model/config.ts';
import type { Network, OwnFile } from '../../model/sandbox.ts';
import { launchedPackage } from '../../presets/launched-package.ts';
import type { KeptFile, PackageName, Preset, PresetSandbox } from '../../presets/preset.ts';
import { expandHome } from '../folders.ts';

/** The sandbox of a preset with what one command line adds to it. */
export interface PresetGround {
  readonly sandbox: PresetSandbox;
  readonly network: Network;
  readonly hosts: readonly string[] | undefined;
  readonly read: readonly string[] | undefined;
  readonly write: readonly string[];
  /** Folders among those it writes that are made when they are missing. */
  readonly made: readonly string[];
  readonly keeps: OwnFile | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

type Launch = Pick<BackendConfig, 'command' | 'args' | 'env' | 'cwd'>;

/** Ports of the schemes servers for databases are given. */
const PORTS: Readonly<Record<string, string>> = { 'postgres:': '5432', 'postgresql:': '5432', 'mysql:': '3306' };
const INTERPRETER = /^(?:node|bun|deno|python[\d.]*)$/;
const PATH = /^(?:[/.]|~\/)/;

/** What a preset's server needs when it is launched by this command line: its folders, and the hosts it connects to. */
export function presetGround(preset: Preset, launch: Launch, projectDir: string | undefined): PresetGround {
  const sandbox = sandboxOf(preset, launch);
  const { cwd, env } = launch;
  const args = argumentsOf(launch);
  const place = (text: string) => resolve(cwd, expandHome(text));
  const given = (name: string) => (name.startsWith('-') ? optionOf(args, name) : env[name]);
  const places = (names: readonly string[] = []) =>
    names.flatMap((name) => (PATH.test(name) ? [] : (given(name) ?? []))).flatMap((text) => folderOf(place(text)));
  const inHome = (names: readonly string[] = []) => names.filter((name) => PATH.test(name)).map(expandHome);
  const kept = sandbox.keeps && env[sandbox.keeps.variable];
  const folders = sandbox.folders === 'arguments' ? args.filter(isPath).map(ofOption).map(place).flatMap(folderOf) : [];
  const isProject = sandbox.folders === 'project' || (sandbox.folders === 'arguments' && folders.length === 0);
  const work = isProject ? [projectDir ?? cwd] : folders;
  const besides = kept !== undefined && isAbsolute(expandHome(kept)) ? folderFor(expandHome(kept)) : undefined;
  const made = [...inHome(sandbox.writes), ...(besides === kept || besides === undefined ? [] : [besides])];
  return {
    sandbox,
    network: sandbox.network,
    hosts: hostsOf(sandbox, launch),
    read: sandbox.narrow ? [...inHome(sandbox.reads), ...places(sandbox.reads)] : undefined,
    write: [...new Set([...work, ...(besides === undefined ? [] : [besides]), ...places(sandbox.writes), ...made])],
    made,
    keeps: besides === undefined && sandbox.keeps !== undefined ? ownFile(sandbox.keeps, kept) : undefined,
    variables: Object.fromEntries(
      Object.entries(sandbox.variables ?? {}).map(([name, value]) => [name, expandHome(value)]),
    ),
  };
}

function sandboxOf({ sandbox, also = {}, packages }: Preset, { command, args }: Launch): PresetSandbox {
  const program = basename(command);
  const names = Object.keys(packages) as PackageName[];
  // Whoever says which preset it is means the program of this name.
  const name = launchedPackage(command, args)?.name ?? names.find((one) => packages[one]!.includes(program));
  return { ...sandbox, ...(name && also[name]) };
}

/** The words of a command line that may be the server's own: what an interpreter runs is none of them. */
function argumentsOf({ command, args }: Launch): readonly string[] {
  if (!INTERPRETER.test(basename(command))) return args;
  return args.slice(args.findIndex((arg) => !arg.startsWith('-')) + 1);
}

function isPath(arg: string): boolean {
  return PATH.test(ofOption(arg));
}

function ofOption(arg: string): string {
  return arg.startsWith('--') && arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : arg;
}

function optionOf(args: readonly string[], name: string): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${name}=`));
  return joined === undefined ? args[args.indexOf(name) + 1 || args.length] : ofOption(joined);
}

/** A name that is relative leads into the package. */
function ownFile({ variable, formerly }: KeptFile, relative: string | undefined): OwnFile {
  const [first] = formerly;
  const before = relative === undefined ? formerly : [join(dirname(first!), relative)];
  return { variable, name: basename(before[0]!), formerly: before };
}

function hostsOf({ hosts, connects }: PresetSandbox, { args, env }: Launch): readonly string[] | undefined {
  if (connects === undefined) return hosts;
  const texts = connects.flatMap((name) => (name === 'arguments' ? args : [env[name] ?? '']));
  return [...(hosts ?? []), ...texts.flatMap(endpointOf)];
}

/** Where a URL leads; nothing for other texts. */
function endpointOf(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { protocol, hostname, port } = new URL(text);
  const usual = port || PORTS[protocol];
  return hostname === '' ? [] : [usual === undefined || usual === '' ? hostname : `${hostname}:${usual}`];
}

/** Where a file lies that is replaced when it is written; the home folder itself is given to nobody. */
function folderFor(file: string): string {
  return dirname(file) === homedir() ? file : dirname(file);
}

/**
 * A folder as it is, and of a file the folder it lies in, where journals and locks are written beside it; where that is
 * missing, the one it can be made in, unless that holds what is everybody's.
 */
function folderOf(path: string): string[] {
  for (let folder = path; folder === path || !isOfEverybody(folder, path); folder = dirname(folder))
    if (isFolder(folder)) return [folder];
  return [path];
}

/** A home and what homes lie in, the root, and what lies in the root unless that is where the file itself lies. */
function isOfEverybody(folder: string, path: string): boolean {
  if (folder === '/' || `${homedir()}/`.startsWith(`${folder}/`)) return true;
  return dirname(folder) === '/' && dirname(path) !== folder;
}

/** What nobody lets us look at is none that could be given to anybody. */
function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
